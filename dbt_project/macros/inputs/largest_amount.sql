{#- From this on, in whichever currency, an amount is a mistake. Sums of squares of smaller ones stay in range. -#}
{% macro largest_amount() %}
  {{- return('1e12') -}}
{% endmacro %}
