with

lines as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__order_lines') }}
    where reason is null

),

as_of as (

    select as_of_date from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

-- What a line brings in, today and of late: a return counts on the day it was made.
netted as (

    select
        lines.*,
        case when lines.amount < 0 or not lines.is_cancelled then lines.amount else 0 end as net_value,
        lines.ordered_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -90) }} as is_last_90d,
        lines.ordered_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -180) }} as is_last_180d,
        lines.ordered_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -360) }} as is_last_360d

    from lines
    cross join as_of

),

orders as (

    select
        customer_id,
        order_id,
        count(*) as lines,
        max(case when is_counting then 1 else 0 end) = 1 as is_counting,
        sum(case when is_counting then amount else 0 end) as gross_value,
        sum(net_value) as net_value,
        sum(case when is_last_90d then net_value else 0 end) as net_value_last_90d,
        sum(case when is_last_180d then net_value else 0 end) as net_value_last_180d,
        sum(case when is_last_360d and not is_last_180d then net_value else 0 end) as net_value_180d_before,
        sum(case when is_counting then coalesce(discount_amount, 0) else 0 end) as discount_value,
        sum(case when amount > 0 and is_cancelled then amount else 0 end) as cancelled_value,
        sum(case when amount < 0 then -amount else 0 end) as returned_value,
        sum(case when is_counting then quantity end) as units,
        min(case when is_counting then lower(channel) end) as channel,

        -- the first line that counts dates the order; without one, its first line
        coalesce(min(case when is_counting then ordered_date end), min(ordered_date)) as ordered_date,
        coalesce(min(case when is_counting then ordered_at_local end), min(ordered_at_local)) as ordered_at_local

    from netted
    group by customer_id, order_id

)

select * from orders
