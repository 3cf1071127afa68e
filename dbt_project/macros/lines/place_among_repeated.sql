{#- The rank of a line among the lines of its order with the same line_id. The first usable one is used. -#}
{% macro place_among_repeated(alias=none) %}
  {%- set dot = alias ~ '.' if alias else '' %}
            row_number() over (
                partition by {{ dot }}order_id, {{ dot }}line_id
                order by
                    case when {{ dot }}reject_reason is null then 0 else 1 end,
                    {%- for name in ['ordered_at', 'amount', 'customer_id', 'product_id', 'product_category', 'channel', 'status', 'quantity', 'discount_amount'] %}
                    {{ dot }}{{ name }}{{ ',' if not loop.last }}
                    {%- endfor %}
            )
{%- endmacro %}
