with

segments as (

    select * from {{ ref('warehouse_segmentation', 'segments') }}
    where status = 'active'

),

customer_segments as (

    select * from {{ ref('warehouse_segmentation', 'customer_segments') }}

),

features as (

    select * from {{ ref('warehouse_segmentation', 'customer_features') }}

),

totals as (

    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        count(*) as customers,
        sum(features.net_revenue) as net_revenue,
        sum(features.orders) as orders,
        sum(features.days_since_last_order) as days_since_last_order,
        count(features.days_since_last_order) as buyers,
        sum(cast(customer_segments.confidence as decimal(18, 12))) as confidence,
        count(customer_segments.confidence) as confident_customers

    from customer_segments
    inner join features
        on customer_segments.customer_id = features.customer_id
    group by
        customer_segments.segmentation,
        customer_segments.segment_id

),

whole as (

    select
        segmentation,
        sum(customers) as customers,
        sum(net_revenue) as net_revenue

    from totals
    group by segmentation

),

-- a segment without customers today keeps its row
joined as (

    select
        segments.segmentation,
        segments.segment_key,
        segments.segment_id,
        segments.segment_name,
        coalesce(totals.customers, 0) as customers,
        cast(coalesce(totals.customers, 0) as double) / nullif(cast(whole.customers as double), 0) as customer_share,
        coalesce(totals.net_revenue, 0) as net_revenue,
        cast(coalesce(totals.net_revenue, 0) as double) / nullif(cast(whole.net_revenue as double), 0) as revenue_share,
        cast(totals.net_revenue as double) / nullif(cast(totals.customers as double), 0) as avg_net_revenue,
        cast(totals.orders as double) / nullif(cast(totals.customers as double), 0) as avg_orders,
        cast(totals.days_since_last_order as double) / nullif(cast(totals.buyers as double), 0) as avg_days_since_last_order,
        cast(totals.confidence as double) / nullif(cast(totals.confident_customers as double), 0) as avg_confidence

    from segments
    left join totals
        on segments.segmentation = totals.segmentation
        and segments.segment_id = totals.segment_id
    left join whole
        on segments.segmentation = whole.segmentation

)

select
    segmentation,
    segment_key,
    segment_id,
    segment_name,
    cast(customers as bigint) as customers,
    customer_share,
    cast(net_revenue as decimal(18, 4)) as net_revenue,
    revenue_share,
    avg_net_revenue,
    avg_orders,
    avg_days_since_last_order,
    avg_confidence,
    cast(null as string) as headline

from joined
