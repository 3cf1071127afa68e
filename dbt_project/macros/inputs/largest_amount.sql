{#- Amounts from here on are mistakes, whatever the currency. Sums of squares of smaller amounts stay in range.
    -#}
{% macro largest_amount() %}
  {{- return('1e12') -}}
{% endmacro %}
