{#- What an order is kept by: a number of 64 bits, which is only ever compared within one customer. Of a file of the
    newest days only, whose earlier lines cannot be read anew, one that every engine and version makes alike. -#}
{% macro order_key(expression) %}
  {%- if warehouse_segmentation.is_rolling('transactions') -%}
    {{- return(warehouse_segmentation.lasting_key(expression)) -}}
  {%- endif -%}
  {{- return(warehouse_segmentation.hashed([expression])) -}}
{% endmacro %}
