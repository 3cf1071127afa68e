-- Question: who are the most valuable customers of each segment?
-- Grain:    one row per segmentation, segment and customer, the one worth most first.
with

params as (

    select
        'all' as segmentation,  -- one segmentation, or all
        10 as customers  -- how many at most, of each segment

),

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
            order by features.net_revenue desc nulls last, customer_segments.customer_id
        ) as place

    from customer_segments
    inner join customer_features as features
        on customer_segments.customer_id = features.customer_id
    cross join params
    where customer_segments.segment_id > 0
        and params.segmentation in ('all', customer_segments.segmentation)

)

select ranked.*
from ranked
cross join params
where ranked.place <= params.customers
order by ranked.segmentation, ranked.segment_id, ranked.place
