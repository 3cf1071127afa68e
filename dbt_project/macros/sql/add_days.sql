{#- A date some days later (earlier when negative), as a DATE on every engine. -#}
{% macro add_days(date_expression, days) %}
  {{- return("cast(" ~ date_expression ~ " + interval '" ~ days ~ "' day as date)") -}}
{% endmacro %}
