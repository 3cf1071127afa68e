-- Question: which customers sit between two segments, and which would they join next?
-- Grain:    one row per segmentation and customer, the least certain first.
with

params as (

    select
        0.1 as confidence,  -- below it: 0 is exactly on the border, 1 in the middle of a segment
        100 as customers  -- how many at most, of each segmentation

),

ranked as (

    select
        customer_segments.segmentation,
        customer_segments.customer_id,
        customer_segments.segment_name,
        second_segments.segment_name as second_segment_name,
        customer_segments.confidence,
        features.net_revenue,
        row_number() over (
            partition by customer_segments.segmentation
            order by customer_segments.confidence, customer_segments.customer_id
        ) as place

    from customer_segments
    inner join segments as second_segments
        on customer_segments.segmentation = second_segments.segmentation
        and customer_segments.second_segment_id = second_segments.segment_id
    inner join customer_features as features
        on customer_segments.customer_id = features.customer_id
    cross join params
    where customer_segments.confidence < params.confidence

)

select ranked.*
from ranked
cross join params
where ranked.place <= params.customers
order by ranked.segmentation, ranked.place
