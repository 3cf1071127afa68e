{#- A line's part of the discount of its order, which is on one line of the order or on each. Parts are
    proportional to the list value and add up to the discount. Different discounts within one order belong to
    their own lines. -#}
{% macro part_of_discount(lines, is_priced) %}
  {%- set order = 'partition by ' ~ lines ~ '.order_id, ' ~ lines ~ '.customer_id' -%}
  {%- set weight = 'coalesce(abs(' ~ lines ~ '.list_value), 0)' if is_priced else '1' -%}
  {%- set discount = 'max(' ~ lines ~ '.discount) over (' ~ order ~ ')' -%}
  {%- set whole = 'sum(' ~ weight ~ ') over (' ~ order ~ ')' -%}
  {%- set until = 'sum(' ~ weight ~ ') over (' ~ order ~ ' order by ' ~ warehouse_segmentation.order_of_lines(lines) ~ ' rows between unbounded preceding and current row)' -%}
  {%- set parts = [] -%}  {#- of the discount, up to this line and up to the one before -#}
  {%- for reached in [until, '(' ~ until ~ ' - ' ~ weight ~ ')'] -%}
    {%- do parts.append('case when ' ~ reached ~ ' = ' ~ whole ~ ' then ' ~ discount ~ ' else cast(floor(cast(' ~ discount ~ ' as double) * cast('
          ~ reached ~ ' as double) / cast(' ~ whole ~ ' as double) * 10000) / 10000 as decimal(18, 4)) end') -%}
  {%- endfor -%}
        cast(
            case
                when min(nullif({{ lines }}.discount, 0)) over ({{ order }}) = {{ discount }} and {{ whole }} > 0 then {{ parts[0] }} - {{ parts[1] }}
                else {{ lines }}.discount
            end
            as decimal(18, 4)
        )
{%- endmacro %}
