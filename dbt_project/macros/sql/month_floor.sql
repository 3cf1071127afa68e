{#- The first day of a date's month. -#}
{% macro month_floor(date_expression) %}
  {{- return("cast(date_trunc('month', " ~ date_expression ~ ") as date)") -}}
{% endmacro %}
