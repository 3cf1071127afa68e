{#- True where a text says something: neither empty nor one of the ways to write that nothing is known. -#}
{% macro is_filled(expression) %}
  {{- return("lower(trim(" ~ expression ~ ")) not in ('', 'nan', 'null', 'none', 'na', 'n/a', '-', '?', 'unknown')") -}}
{% endmacro %}
