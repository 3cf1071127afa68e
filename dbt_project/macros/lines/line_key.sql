{#- A hash of the line's id and of everything else that is read of a line and not kept of it: what the text of a
    repeated line is made of. Without ids of lines none is repeated. -#}
{% macro line_key(dot='') %}
  {%- if 'line_id' not in warehouse_segmentation.input_expressions('transactions') -%}
    {{- return('cast(null as bigint)') -}}
  {%- endif -%}
  {%- set fields = [] -%}
  {%- for name in ['line_id', 'status', 'ordered_at_given', 'amount_given', 'quantity_given', 'unit_price_given', 'discount_amount_given', 'is_return_given'] -%}
    {%- do fields.append(dot ~ name) -%}
  {%- endfor -%}
  {{- return(warehouse_segmentation.hashed(fields)) -}}
{% endmacro %}
