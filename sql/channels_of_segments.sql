-- Question: through which channels do the customers of each segment buy?
-- Grain:    one row per segmentation, segment and channel that most orders of a customer come through.
with

params as (

    select
        'all' as segmentation  -- one segmentation, or all

)

select
    customer_segments.segmentation,
    customer_segments.segment_id,
    customer_segments.segment_name,
    coalesce(features.main_channel, 'unknown') as main_channel,
    count(*) as customers,
    round(100 * cast(count(*) as double) / sum(count(*)) over (
        partition by customer_segments.segmentation, customer_segments.segment_id
    ), 1) as percent_of_segment,
    sum(features.net_revenue) as net_revenue,
    round(avg(features.avg_order_value), 2) as avg_order_value
from customer_segments
inner join customer_features as features
    on customer_segments.customer_id = features.customer_id
cross join params
where customer_segments.segment_id > 0
    and params.segmentation in ('all', customer_segments.segmentation)
group by
    customer_segments.segmentation,
    customer_segments.segment_id,
    customer_segments.segment_name,
    coalesce(features.main_channel, 'unknown')
order by
    customer_segments.segmentation,
    customer_segments.segment_id,
    customers desc,
    main_channel
