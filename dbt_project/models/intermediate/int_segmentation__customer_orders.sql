{%- set radians_per_hour = 0.2617993877991494 -%}
{#- What adds up from orders to channels and from channels to customers. -#}
{%- set sums = [
      'net_revenue', 'net_revenue_last_90d', 'net_revenue_last_180d', 'net_revenue_180d_before', 'gross_value',
      'squared_order_value', 'discount_value', 'cancelled_value', 'returned_value', 'units', 'sine', 'cosine'] -%}
{%- set counts = ['orders', 'orders_last_90d', 'weekend_orders'] -%}

with

as_of as (

    select as_of_date from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

orders as (

    select
        orders.*,
        orders.ordered_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -90) }} as is_last_90d,
        cast(orders.gross_value as decimal(19, 4)) as order_value,
        {{ warehouse_segmentation.is_weekend('orders.ordered_date') }} as is_weekend,

        -- the time of day as an angle, so that 23:00 and 01:00 average to midnight
        (hour(orders.ordered_at_local) + minute(orders.ordered_at_local) / 60.0e0) * {{ radians_per_hour }} as angle

    from {{ ref('warehouse_segmentation', 'int_segmentation__orders') }} as orders
    cross join as_of

),

-- By channel first: orders are put together once, for their sums and for the channel of most.
channels as (

    select
        customer_id,
        channel,
        count(case when is_counting then 1 end) as orders,
        count(case when is_counting and is_last_90d then 1 end) as orders_last_90d,
        count(case when is_counting and is_weekend then 1 end) as weekend_orders,
        min(case when is_counting then ordered_date end) as first_order_date,
        max(case when is_counting then ordered_date end) as last_order_date,
        sum(net_value) as net_revenue,
        sum(net_value_last_90d) as net_revenue_last_90d,
        sum(net_value_last_180d) as net_revenue_last_180d,
        sum(net_value_180d_before) as net_revenue_180d_before,
        sum(gross_value) as gross_value,
        min(case when is_counting then order_value end) as smallest_order_value,
        max(case when is_counting then order_value end) as largest_order_value,
        sum(case when is_counting then order_value * order_value end) as squared_order_value,
        sum(discount_value) as discount_value,
        sum(cancelled_value) as cancelled_value,
        sum(returned_value) as returned_value,
        sum(units) as units,
        sum(case when is_counting then {{ warehouse_segmentation.exact_unit('sin(angle)') }} end) as sine,
        sum(case when is_counting then {{ warehouse_segmentation.exact_unit('cos(angle)') }} end) as cosine

    from orders
    group by
        customer_id,
        channel

)

select
    customer_id,
    {%- for name in counts %}
    cast(sum({{ name }}) as bigint) as {{ name }},
    {%- endfor %}
    min(first_order_date) as first_order_date,
    max(last_order_date) as last_order_date,
    {%- for name in sums %}
    sum({{ name }}) as {{ name }},
    {%- endfor %}
    min(smallest_order_value) as smallest_order_value,
    max(largest_order_value) as largest_order_value,
    -- of most orders, and of equal ones the first by name: the smallest text of 18 digits, what is missing to 10^18, and a channel
    substr(min(case when orders > 0 then cast({{ 10 ** 18 }} - orders as string) || channel end), 19) as main_channel

from channels
group by customer_id
