with

as_of as (

    select as_of_date from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

customers as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__customers') }}

),

-- the last 90 days as a flag on the order, so that one pass counts both windows
orders as (

    select
        orders.*,
        orders.ordered_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -90) }} as is_last_90d

    from {{ ref('warehouse_segmentation', 'int_segmentation__orders') }} as orders
    cross join as_of

),

order_totals as (

    select
        customer_id,
        count(case when is_counting then 1 end) as orders,
        count(case when is_counting and is_last_90d then 1 end) as orders_last_90d,
        min(case when is_counting then ordered_date end) as first_order_date,
        max(case when is_counting then ordered_date end) as last_order_date,
        sum(net_value) as net_revenue,
        sum(net_value_last_90d) as net_revenue_last_90d,
        sum(gross_value) as gross_value,
        sum(cancelled_value) as cancelled_value,
        sum(returned_value) as returned_value,
        sum(units) as units

    from orders
    group by customer_id

),

products_bought as (

    select
        customer_id,
        count(distinct product_id) as distinct_products

    from {{ ref('warehouse_segmentation', 'int_segmentation__order_lines') }}
    where reason is null
        and is_counting
    group by customer_id

),

joined as (

    select
        customers.customer_id,

        -- rfm
        {{ warehouse_segmentation.days_between('order_totals.last_order_date', 'as_of.as_of_date') }} as days_since_last_order,
        cast(coalesce(order_totals.orders, 0) as bigint) as orders,
        cast(coalesce(order_totals.net_revenue, 0) as decimal(18, 4)) as net_revenue,

        -- spend
        cast(order_totals.gross_value as double) / nullif(order_totals.orders, 0) as avg_order_value,
        cast(null as double) as order_value_cv,
        cast(order_totals.units as double) / nullif(order_totals.orders, 0) as units_per_order,
        {{ warehouse_segmentation.days_between('order_totals.first_order_date', 'as_of.as_of_date') }} as days_since_first_order,
        cast({{ warehouse_segmentation.days_between('order_totals.first_order_date', 'order_totals.last_order_date') }} as double)
            / nullif(order_totals.orders - 1, 0) as avg_days_between_orders,
        cast(coalesce(order_totals.orders_last_90d, 0) as bigint) as orders_last_90d,
        cast(coalesce(order_totals.net_revenue_last_90d, 0) as decimal(18, 4)) as net_revenue_last_90d,
        cast(null as double) as revenue_trend,
        {%- if 'product_id' in warehouse_segmentation.input_expressions('transactions') %}
        cast(coalesce(products_bought.distinct_products, 0) as bigint) as distinct_products,
        {%- else %}
        cast(null as bigint) as distinct_products,
        {%- endif %}
        cast(null as bigint) as distinct_categories,
        cast(null as string) as top_category,
        cast(null as double) as top_category_share,
        cast(null as double) as discount_share,
        cast(order_totals.returned_value + order_totals.cancelled_value as double)
            / nullif(cast(order_totals.gross_value + order_totals.cancelled_value as double), 0) as return_rate,
        cast(null as double) as weekend_order_share,
        cast(null as double) as avg_order_hour,
        cast(null as string) as main_channel,

        -- engagement
        cast(null as bigint) as events_last_90d,
        cast(null as bigint) as active_days_last_90d,
        cast(null as bigint) as days_since_last_event,

        -- demographics
        customers.age,
        customers.gender,
        customers.annual_income,
        customers.spending_score,
        cast(null as bigint) as tenure_days,
        customers.country

    from customers
    cross join as_of
    left join order_totals
        on customers.customer_id = order_totals.customer_id
    left join products_bought
        on customers.customer_id = products_bought.customer_id

)

select * from joined
