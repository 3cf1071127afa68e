{{ config(materialized='view') }}

with

order_days as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__order_days') }}
    where customer_id is not null

),

as_of as (

    select as_of_date from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

-- what an order brought in of late, by the day of each line
windowed as (

    select
        order_days.*,
        order_days.ordered_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -90) }} as is_last_90d,
        order_days.ordered_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -180) }} as is_last_180d,
        order_days.ordered_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -360) }} as is_last_360d

    from order_days
    cross join as_of

),

orders as (

    select
        customer_id,
        order_id,
        cast(sum(lines) as bigint) as lines,
        max(case when is_counting then 1 else 0 end) = 1 as is_counting,
        sum(gross_value) as gross_value,
        sum(net_value) as net_value,
        sum(case when is_last_90d then net_value else 0 end) as net_value_last_90d,
        sum(case when is_last_180d then net_value else 0 end) as net_value_last_180d,
        sum(case when is_last_360d and not is_last_180d then net_value else 0 end) as net_value_180d_before,
        sum(discount_value) as discount_value,
        sum(cancelled_value) as cancelled_value,
        sum(returned_value) as returned_value,
        sum(units) as units,
        min(channel) as channel,

        -- the first line that counts dates the order; without one, its first line
        coalesce(min(case when is_counting then ordered_date end), min(ordered_date)) as ordered_date,
        coalesce(min(counting_at_local), min(ordered_at_local)) as ordered_at_local

    from windowed
    group by customer_id, order_id

)

select * from orders
