{#- A code such as a currency: trimmed, upper case, empty as NULL. -#}
{% macro conformed_code(expression) %}
  {{- return("nullif(upper(trim(cast(" ~ expression ~ " as string))), '')") -}}
{% endmacro %}
