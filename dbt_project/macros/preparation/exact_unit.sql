{#- As exact(), of a number from -1 to 1: a narrow decimal is summed in half the time. -#}
{% macro exact_unit(expression) %}
  {{- return('cast(' ~ expression ~ ' as decimal(18, 12))') -}}
{% endmacro %}
