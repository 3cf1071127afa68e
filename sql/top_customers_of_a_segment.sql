-- Question: who are the most valuable customers of each segment?
-- Grain:    one row per segmentation, segment and customer, at most ten a segment.
with

ranked as (

    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        customer_segments.segment_name,
        customer_segments.customer_id,
        features.net_revenue,
        features.orders,
        features.days_since_last_order,
        round(customer_segments.confidence, 2) as confidence,
        row_number() over (
            partition by customer_segments.segmentation, customer_segments.segment_id
            order by features.net_revenue desc, customer_segments.customer_id
        ) as place

    from customer_segments
    inner join customer_features as features
        on customer_segments.customer_id = features.customer_id
    where customer_segments.segment_id > 0

)

select *
from ranked
where place <= 10
order by segmentation, segment_id, place
