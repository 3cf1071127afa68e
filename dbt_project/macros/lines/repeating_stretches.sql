{#- The parts outside of some stretches that hold a line of the same order and line_id as a line inside them, now
    or when it was kept. Which of the two is used may change although nothing in its own month did. -#}
{% macro repeating_stretches(kept, transactions, stretches, boundary, is_rolling) %}
  {%- set reached = "and kept.order_month >= date '" ~ boundary ~ "'" if boundary else '' -%}
  {%- set repeated -%}
    select distinct kept.order_month
    from {{ kept }} as kept
    inner join {{ kept }} as others
        on kept.order_key = others.order_key
    where kept.reason = 'duplicate_line_id'
        and not {{ warehouse_segmentation.parts_in(stretches, 'kept.order_month') }}
        and {{ warehouse_segmentation.parts_in(stretches, 'others.order_month') }}
        {{ reached }}
  {%- endset -%}
  {%- set days = run_query(repeated).columns[0].values() | list -%}
  {%- if warehouse_segmentation.has_lines_elsewhere(transactions, warehouse_segmentation.lines_in(stretches)) -%}
    {%- set repeating -%}
      select distinct kept.order_month
      from (
          select
              order_id,
              line_id,
              min(ordered_at) as ordered_at
          from {{ transactions }}
          where line_id is not null
              and {{ warehouse_segmentation.lines_in(stretches) }}
          group by order_id, line_id
      ) as read_again
      inner join {{ transactions }} as others
          on read_again.order_id = others.order_id
          and read_again.line_id = others.line_id
          and read_again.ordered_at <= others.ordered_at
      inner join (
          select
              order_month,
              lead(order_month) over (order by order_month) as next_month
          from (select distinct order_month from {{ kept }}) as months
      ) as kept
          on others.ordered_date >= kept.order_month
          and (kept.next_month is null or others.ordered_date < kept.next_month)
      where not {{ warehouse_segmentation.parts_in(stretches, 'kept.order_month') }}
        {{ reached }}
    {%- endset -%}
    {%- do days.extend(run_query(repeating).columns[0].values() | list) -%}
  {%- endif -%}
  {%- set found = [] -%}
  {%- if days -%}
    {%- set parts -%}
      select
          {{ 'order_month' if is_rolling else warehouse_segmentation.month_floor('order_month') }} as first_day,
          {{ 'next_month' if is_rolling else warehouse_segmentation.month_ceiling('next_month') }} as next_day
      from (
          select
              order_month,
              lead(order_month) over (order by order_month) as next_month
          from (select distinct order_month from {{ kept }}) as months
      ) as parts
      where order_month in ({% for day in days | unique %}date '{{ day }}'{{ ', ' if not loop.last }}{% endfor %})
    {%- endset -%}
    {%- for row in run_query(parts).rows -%}
      {%- do found.append({'from': row[0] | string, 'until': row[1] | string if row[1] is not none else none}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(found) -}}
{% endmacro %}
