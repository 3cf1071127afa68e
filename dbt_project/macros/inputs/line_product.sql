{#- Quantity x unit price of a line as DECIMAL(18, 4) (see rounded_product), from the columns of the input: prices
    have up to ten decimal places, and factors are not rounded before their product. -#}
{% macro line_product(types) %}
  {%- set numbers = [] -%}
  {%- for number_type in ['double', 'decimal(28, 10)'] -%}
    {%- for name in ['quantity', 'unit_price'] -%}
      {%- do numbers.append(warehouse_segmentation.read_column('transactions', name, 'number', types, number_type)) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- warehouse_segmentation.rounded_product(*numbers) -}}
{%- endmacro %}
