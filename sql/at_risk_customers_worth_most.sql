-- Question: which customers at risk are worth most, and how long overdue is each of them?
-- Grain:    one row per segmentation and customer of the segment, the one worth most first.
with

params as (

    select
        'At risk' as segment,  -- name or archetype of the segment
        50 as customers  -- how many at most, of each segmentation

),

ranked as (

    select
        customer_segments.segmentation,
        customer_segments.customer_id,
        customer_segments.segment_name,
        features.net_revenue,
        features.orders,
        features.days_since_last_order,
        round(features.avg_days_between_orders, 0) as usual_days_between_orders,
        round(
            features.days_since_last_order / nullif(features.avg_days_between_orders, 0), 1
        ) as times_the_usual_days,
        features.top_category,
        features.main_channel,
        row_number() over (
            partition by customer_segments.segmentation
            order by features.net_revenue desc nulls last, customer_segments.customer_id
        ) as place

    from customer_segments
    inner join segments
        on customer_segments.segment_key = segments.segment_key
    inner join customer_features as features
        on customer_segments.customer_id = features.customer_id
    cross join params
    where customer_segments.segment_id > 0
        and params.segment in (segments.segment_name, segments.archetype)

)

select ranked.*
from ranked
cross join params
where ranked.place <= params.customers
order by ranked.segmentation, ranked.place
