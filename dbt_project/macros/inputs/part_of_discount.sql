{#- What a line has of its order's discount, which is on one of the order's lines or on each: as much as it has of the
    order's list value, and together all of it. Different discounts in one order are those of their lines. -#}
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
