{#- A population's predicate as a condition that is never NULL. It does not begin with a parenthesis:
    Spark would read `where (true)` after a table as an alias `where` with a column `true`. -#}
{% macro in_population(predicate) %}
  {{- return('coalesce((' ~ predicate ~ '), false)') -}}
{% endmacro %}
