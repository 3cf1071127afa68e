{#- Whether the amount of an order line is missing. An amount that is there and cannot be read is not missing.
    -#}
{% macro has_no_amount(types) %}
  {%- if 'amount' in types -%}
    {{- return(warehouse_segmentation.given_is_nothing('amount', 'number', types)) -}}
  {%- elif 'quantity' in types and 'unit_price' in types -%}
    {{- return('(' ~ warehouse_segmentation.given_is_nothing('quantity', 'number', types) ~ ') or (' ~ warehouse_segmentation.given_is_nothing('unit_price', 'number', types) ~ ')') -}}
  {%- endif -%}
  {{- return('true') -}}
{% endmacro %}
