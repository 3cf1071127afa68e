{#- An amount of money or a quantity as DECIMAL(18, 4), NULL where it cannot be read. -#}
{% macro money(expression) %}
  {{- return('try_cast(' ~ expression ~ ' as decimal(18, 4))') -}}
{% endmacro %}
