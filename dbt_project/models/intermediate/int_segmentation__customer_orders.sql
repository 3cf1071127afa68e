{%- set radians_per_hour = 0.2617993877991494 -%}

with

-- Sums that need no orders come from the lines, by the day of each line, so that a return counts on its own day.
-- Lines that do not count are left out, which is cheaper than adding zeros.
totals as (

    select
        customer_id,
        sum(net_value) as net_revenue,
        sum(case when ordered_date >= {{ warehouse_segmentation.add_days('as_of_date', -90) }} then net_value end) as net_revenue_last_90d,
        sum(case when ordered_date >= {{ warehouse_segmentation.add_days('as_of_date', -365) }} then net_value end) as net_revenue_last_365d,
        sum(case when ordered_date >= {{ warehouse_segmentation.add_days('as_of_date', -180) }} then net_value end) as net_revenue_last_180d,
        sum(case
            when ordered_date >= {{ warehouse_segmentation.add_days('as_of_date', -180) }} then null
            when ordered_date >= {{ warehouse_segmentation.add_days('as_of_date', -360) }} then net_value
        end) as net_revenue_180d_before,
        sum(case when is_counting then amount end) as gross_value,
        sum(case when is_counting then discount_amount end) as discount_value,
        sum(case when amount > 0 and is_cancelled then amount end) as cancelled_value,
        sum(case when amount < 0 then -amount end) as returned_value,
        sum(case when is_counting then quantity end) as units

    from (
        select
            *,
            case when amount > 0 and is_cancelled then 0 else amount end as net_value
        from {{ ref('warehouse_segmentation', 'int_segmentation__used_lines') }}
    ) as lines
    group by customer_id

),

orders as (

    select
        customer_id,
        channel,
        ordered_date,
        cast(gross_value as decimal(19, 4)) as order_value,
        {{ warehouse_segmentation.is_weekend('ordered_date') }} as is_weekend,

        -- the time of day as an angle, so that 23:00 and 01:00 average to midnight
        (hour(ordered_at_local) + minute(ordered_at_local) / 60.0e0) * {{ radians_per_hour }} as angle

    from {{ ref('warehouse_segmentation', 'int_segmentation__orders') }}

),

-- By channel first, so that orders are aggregated once, both for their sums and for the main channel.
channels as (

    select
        orders.customer_id,
        orders.channel,
        count(*) as orders,
        count(case when orders.ordered_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -90) }} then 1 end) as orders_last_90d,
        count(case when orders.is_weekend then 1 end) as weekend_orders,
        min(orders.ordered_date) as first_order_date,
        max(orders.ordered_date) as last_order_date,
        min(orders.order_value) as smallest_order_value,
        max(orders.order_value) as largest_order_value,
        sum(orders.order_value * orders.order_value) as squared_order_value,
        sum({{ warehouse_segmentation.exact_unit('sin(orders.angle)') }}) as sine,
        sum({{ warehouse_segmentation.exact_unit('cos(orders.angle)') }}) as cosine

    from orders
    cross join {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }} as as_of
    group by
        orders.customer_id,
        orders.channel

),

counted as (

    select
        customer_id,
        sum(orders) as orders,
        sum(orders_last_90d) as orders_last_90d,
        sum(weekend_orders) as weekend_orders,
        min(first_order_date) as first_order_date,
        max(last_order_date) as last_order_date,
        min(smallest_order_value) as smallest_order_value,
        max(largest_order_value) as largest_order_value,
        sum(squared_order_value) as squared_order_value,
        sum(sine) as sine,
        sum(cosine) as cosine,
        -- the channel of most orders, on a tie the first by name: the smallest text of (10^18 - orders) in 18 digits,
        -- followed by the channel
        substr(min(cast({{ 10 ** 18 }} - orders as string) || channel), 19) as main_channel

    from channels
    group by customer_id

)

select
    totals.customer_id,
    {%- for name in ['orders', 'orders_last_90d', 'weekend_orders'] %}
    cast(coalesce(counted.{{ name }}, 0) as bigint) as {{ name }},
    {%- endfor %}
    counted.first_order_date,
    counted.last_order_date,
    totals.net_revenue,
    {%- for name in ['net_revenue_last_90d', 'net_revenue_last_365d', 'net_revenue_last_180d', 'net_revenue_180d_before', 'gross_value'] %}
    coalesce(totals.{{ name }}, 0) as {{ name }},
    {%- endfor %}
    counted.squared_order_value,
    {%- for name in ['discount_value', 'cancelled_value', 'returned_value'] %}
    coalesce(totals.{{ name }}, 0) as {{ name }},
    {%- endfor %}
    totals.units,
    counted.sine,
    counted.cosine,
    counted.smallest_order_value,
    counted.largest_order_value,
    counted.main_channel

from totals
left join counted
    on totals.customer_id = counted.customer_id
