{#- What the lines of an order are put in order by, so that the same one is the first every time: all that is read of
    them. Lines that are alike in everything may change places. -#}
{% macro order_of_lines(lines) %}
  {%- set columns = [] -%}
  {%- for name in ['line_id', 'product_id', 'product_name', 'product_category', 'ordered_at', 'quantity', 'unit_price', 'discount', 'given_amount', 'line_status', 'channel', 'is_return'] -%}
    {%- do columns.append(lines ~ '.' ~ name ~ ' nulls last') -%}
  {%- endfor -%}
  {{- return(columns | join(', ')) -}}
{% endmacro %}
