{{ config(materialized='view') }}
{#- What an order brought in of late, by the day of each line. Named where it is used: a CTE that two
    others share would be held in memory whole. -#}
{%- set windowed -%}
    (
        select
            order_days.*,
            order_days.ordered_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -90) }} as is_last_90d,
            order_days.ordered_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -180) }} as is_last_180d,
            order_days.ordered_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -360) }} as is_last_360d

        from {{ ref('warehouse_segmentation', 'int_segmentation__order_days') }} as order_days
        cross join {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }} as as_of
        where order_days.customer_id is not null
    )
{%- endset %}

with

-- Nearly all orders are of one day and are taken as they stand; putting them together too would cost
-- more than all else.
repeated_orders as (

    select
        customer_id,
        order_id

    from {{ ref('warehouse_segmentation', 'int_segmentation__order_days') }}
    where customer_id is not null
    group by customer_id, order_id
    having count(*) > 1

),

orders_of_one_day as (

    select
        windowed.customer_id,
        windowed.order_id,
        windowed.lines,
        windowed.is_counting,
        windowed.gross_value,
        windowed.net_value,
        case when windowed.is_last_90d then windowed.net_value else 0 end as net_value_last_90d,
        case when windowed.is_last_180d then windowed.net_value else 0 end as net_value_last_180d,
        case when windowed.is_last_360d and not windowed.is_last_180d then windowed.net_value else 0 end as net_value_180d_before,
        windowed.discount_value,
        windowed.cancelled_value,
        windowed.returned_value,
        windowed.units,
        windowed.channel,
        windowed.ordered_date,
        coalesce(windowed.counting_at_local, windowed.ordered_at_local) as ordered_at_local

    from {{ windowed }} as windowed
    left join repeated_orders
        on windowed.customer_id = repeated_orders.customer_id
        and windowed.order_id = repeated_orders.order_id
    where repeated_orders.order_id is null

),

orders_of_several_days as (

    select
        windowed.customer_id,
        windowed.order_id,
        cast(sum(windowed.lines) as bigint) as lines,
        max(case when windowed.is_counting then 1 else 0 end) = 1 as is_counting,
        sum(windowed.gross_value) as gross_value,
        sum(windowed.net_value) as net_value,
        sum(case when windowed.is_last_90d then windowed.net_value else 0 end) as net_value_last_90d,
        sum(case when windowed.is_last_180d then windowed.net_value else 0 end) as net_value_last_180d,
        sum(case when windowed.is_last_360d and not windowed.is_last_180d then windowed.net_value else 0 end) as net_value_180d_before,
        sum(windowed.discount_value) as discount_value,
        sum(windowed.cancelled_value) as cancelled_value,
        sum(windowed.returned_value) as returned_value,
        sum(windowed.units) as units,
        min(windowed.channel) as channel,

        -- the first line that counts dates the order; without one, its first line
        coalesce(min(case when windowed.is_counting then windowed.ordered_date end), min(windowed.ordered_date)) as ordered_date,
        coalesce(min(windowed.counting_at_local), min(windowed.ordered_at_local)) as ordered_at_local

    from {{ windowed }} as windowed
    inner join repeated_orders
        on windowed.customer_id = repeated_orders.customer_id
        and windowed.order_id = repeated_orders.order_id
    group by windowed.customer_id, windowed.order_id

)

select * from orders_of_one_day
union all
select * from orders_of_several_days
