{#- A line's part of the total of its order, which is repeated on each line of the order. All parts are equal,
    and the first line takes what is left over, so that the parts add up to the total. -#}
{% macro part_of_total(lines) %}
  {%- set total = lines ~ '.given_amount' -%}
  {%- set same_total = 'partition by ' ~ lines ~ '.order_id, ' ~ lines ~ '.customer_id, ' ~ total -%}
  {%- set count = 'count(*) over (' ~ same_total ~ ')' -%}
  {%- set part = 'cast(floor(cast(abs(' ~ total ~ ') as double) * 10000 / ' ~ count ~ ') / 10000 as decimal(18, 4))' -%}
        cast(
            case when {{ total }} < 0 then -1 else 1 end
            * ({{ part }} + case
                when row_number() over ({{ same_total }} order by {{ warehouse_segmentation.order_of_lines(lines) }}) = 1 then abs({{ total }}) - {{ part }} * {{ count }}
                else 0
            end)
            as decimal(18, 4)
        )
{%- endmacro %}
