{%- set replaced_from = warehouse_segmentation.replaced_from() -%}
{{- warehouse_segmentation.check_months(replaced_from) -}}

with

lines as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__order_lines') }}
    where reason is null

),

-- By the day of the line, so that any window of days can be added up and a return counts on the
-- day it was made; by the order, so that one whose lines are of several days stays one order.
summed as (

    select
        customer_id,
        order_id,
        ordered_date,
        count(*) as lines,
        sum(case when is_counting then amount else 0 end) as gross_value,
        sum(case when is_counting then coalesce(discount_amount, 0) else 0 end) as discount_value,
        sum(case when amount > 0 and is_cancelled then amount else 0 end) as cancelled_value,
        sum(case when amount < 0 then -amount else 0 end) as returned_value,
        sum(case when is_counting then quantity end) as units,
        min(case when is_counting then lower(channel) end) as channel,
        min(case when is_counting then ordered_at_local end) as counting_at_local,
        min(ordered_at_local) as ordered_at_local,
        order_month

    from lines
    group by
        customer_id,
        order_id,
        ordered_date,
        order_month

),

order_days as (

    select
        customer_id,
        order_id,
        ordered_date,
        lines,
        gross_value > 0 as is_counting,
        gross_value,
        gross_value - returned_value as net_value,
        discount_value,
        cancelled_value,
        returned_value,
        units,
        channel,
        counting_at_local,
        ordered_at_local,
        order_month

    from summed

)

select * from order_days
{{ warehouse_segmentation.emptied_months(
    'order_days',
    ['customer_id', 'order_id', 'ordered_date', 'lines', 'is_counting', 'gross_value', 'net_value', 'discount_value',
     'cancelled_value', 'returned_value', 'units', 'channel', 'counting_at_local', 'ordered_at_local'],
    replaced_from) }}
