{#- The sort order of the lines of an order: all fields that are read, so that the first line is the same every
    time. Lines that are equal in every field are interchangeable. -#}
{% macro order_of_lines(lines) %}
  {%- set columns = [] -%}
  {%- for name in ['line_id', 'product_id', 'product_name', 'product_category', 'ordered_at', 'quantity', 'unit_price', 'discount', 'given_amount', 'line_status', 'channel', 'is_return'] -%}
    {%- do columns.append(lines ~ '.' ~ name ~ ' nulls last') -%}
  {%- endfor -%}
  {{- return(columns | join(', ')) -}}
{% endmacro %}
