{%- set transactions = warehouse_segmentation.input_expressions('transactions') -%}
{%- set lines = ref('warehouse_segmentation', 'int_segmentation__used_lines') -%}
{%- set radians_per_hour = 0.2617993877991494 -%}
{%- set events = ref('warehouse_segmentation', 'int_segmentation__events') -%}

with

as_of as (

    select as_of_date from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

customers as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__customers') }}

),

order_totals as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__customer_orders') }}

),

products_bought as (

    select
        customer_id,
        count(*) as distinct_products

    from (
        select
            customer_id,
            product_id
        from {{ lines }}
        where is_counting
            and product_id is not null
        group by
            customer_id,
            product_id
    ) as products
    group by customer_id

),

category_spellings as (

{{ warehouse_segmentation.commonest_spelling(lines, 'product_category') }}

),

category_spend as (

    select
        customer_id,
        lower(product_category) as product_category,
        sum(amount) as spend

    from {{ lines }}
    where is_counting
        and product_category is not null
    group by
        customer_id,
        lower(product_category)

),

category_totals as (

    select
        customer_id,
        count(*) as distinct_categories,
        sum(spend) as spend,
        max(spend) as top_spend

    from category_spend
    group by customer_id

),

-- of equally large ones the first by name
top_categories as (

    select
        category_spend.customer_id,
        min(category_spellings.value) as top_category

    from category_spend
    inner join category_totals
        on category_spend.customer_id = category_totals.customer_id
        and category_spend.spend = category_totals.top_spend
    inner join category_spellings
        on category_spend.product_category = category_spellings.folded
    group by category_spend.customer_id

),

channel_spellings as (

{{ warehouse_segmentation.commonest_spelling(lines, 'channel') }}

),

event_totals as (

    select
        events.customer_id,
        count(case when events.occurred_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -90) }} then 1 end) as events_last_90d,
        count(distinct case when events.occurred_date >= {{ warehouse_segmentation.add_days('as_of.as_of_date', -90) }} then events.occurred_date end) as active_days_last_90d,
        max(events.occurred_date) as last_event_date

    from {{ events }} as events
    cross join as_of
    where events.reason is null
    group by events.customer_id

),

joined as (

    select
        customers.customer_id,

        -- rfm
        {{ warehouse_segmentation.days_between('order_totals.last_order_date', 'as_of.as_of_date') }} as days_since_last_order,
        {%- for name, type in {'orders': 'bigint', 'net_revenue': 'decimal(18, 4)'}.items() %}
        cast({{ 'coalesce(order_totals.' ~ name ~ ', 0)' if transactions else 'null' }} as {{ type }}) as {{ name }},
        {%- endfor %}

        -- spend
        cast(order_totals.gross_value as double) / nullif(order_totals.orders, 0) as avg_order_value,
        case
            -- rounding must not make equal orders differ
            when order_totals.orders > 1 and order_totals.smallest_order_value = order_totals.largest_order_value then 0.0e0
            when order_totals.orders > 1 then sqrt(greatest(0,
                cast(order_totals.squared_order_value as double) * order_totals.orders
                / (cast(order_totals.gross_value as double) * cast(order_totals.gross_value as double)) - 1))
        end as order_value_cv,
        cast(order_totals.units as double) / nullif(order_totals.orders, 0) as units_per_order,
        {{ warehouse_segmentation.days_between('order_totals.first_order_date', 'as_of.as_of_date') }} as days_since_first_order,
        cast({{ warehouse_segmentation.days_between('order_totals.first_order_date', 'order_totals.last_order_date') }} as double)
            / nullif(order_totals.orders - 1, 0) as avg_days_between_orders,
        {%- for name, type in {'orders_last_90d': 'bigint', 'net_revenue_last_90d': 'decimal(18, 4)', 'net_revenue_last_365d': 'decimal(18, 4)'}.items() %}
        cast({{ 'coalesce(order_totals.' ~ name ~ ', 0)' if transactions else 'null' }} as {{ type }}) as {{ name }},
        {%- endfor %}
        cast(order_totals.net_revenue_last_180d - order_totals.net_revenue_180d_before as double)
            / nullif(cast(abs(order_totals.net_revenue_last_180d) + abs(order_totals.net_revenue_180d_before) as double), 0) as revenue_trend,
        {%- if 'product_id' in transactions %}
        cast(coalesce(products_bought.distinct_products, 0) as bigint) as distinct_products,
        {%- else %}
        cast(null as bigint) as distinct_products,
        {%- endif %}
        {%- if 'product_category' in transactions %}
        cast(coalesce(category_totals.distinct_categories, 0) as bigint) as distinct_categories,
        {%- else %}
        cast(null as bigint) as distinct_categories,
        {%- endif %}
        top_categories.top_category,
        cast(category_totals.top_spend as double) / nullif(cast(category_totals.spend as double), 0) as top_category_share,
        {%- if 'discount_amount' in transactions %}
        cast(order_totals.discount_value as double)
            / nullif(cast(order_totals.gross_value + order_totals.discount_value as double), 0) as discount_share,
        {%- else %}
        cast(null as double) as discount_share,
        {%- endif %}
        cast(order_totals.returned_value + order_totals.cancelled_value as double)
            / nullif(cast(order_totals.gross_value + order_totals.cancelled_value as double), 0) as return_rate,
        cast(order_totals.weekend_orders as double) / nullif(order_totals.orders, 0) as weekend_order_share,
        case
            -- orders spread evenly around the clock have no average hour
            when abs(order_totals.sine) + abs(order_totals.cosine) > 1e-9 then
                round(
                    atan2(cast(order_totals.sine as double), cast(order_totals.cosine as double)) / {{ radians_per_hour }}
                    + case when order_totals.sine < 0 then 24 else 0 end,
                    6
                ) % 24
        end as avg_order_hour,
        channel_spellings.value as main_channel,

        -- engagement
        {%- if warehouse_segmentation.input_config('events') is not none %}
        cast(coalesce(event_totals.events_last_90d, 0) as bigint) as events_last_90d,
        cast(coalesce(event_totals.active_days_last_90d, 0) as bigint) as active_days_last_90d,
        {%- else %}
        cast(null as bigint) as events_last_90d,
        cast(null as bigint) as active_days_last_90d,
        {%- endif %}
        {{ warehouse_segmentation.days_between('event_totals.last_event_date', 'as_of.as_of_date') }} as days_since_last_event,

        -- demographics
        customers.age,
        customers.gender,
        customers.annual_income,
        customers.spending_score,
        {{ warehouse_segmentation.days_between('customers.signed_up_date', 'as_of.as_of_date') }} as tenure_days,
        customers.country

    from customers
    cross join as_of
    left join order_totals
        on customers.customer_id = order_totals.customer_id
    left join products_bought
        on customers.customer_id = products_bought.customer_id
    left join category_totals
        on customers.customer_id = category_totals.customer_id
    left join top_categories
        on customers.customer_id = top_categories.customer_id
    left join channel_spellings
        on order_totals.main_channel = channel_spellings.folded
    left join event_totals
        on customers.customer_id = event_totals.customer_id

)

select * from joined
