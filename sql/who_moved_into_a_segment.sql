-- Question: who moved into a segment, from where, and why?
-- Grain:    one row per segmentation and customer who moved into the segment and is still there.
with

params as (

    select
        'Champions' as segment,  -- name or archetype of the segment
        date '2000-01-01' as since  -- first day of the moves

)

select
    customer_segments.segmentation,
    customer_segments.customer_id,
    customer_segments.segment_since,
    previous_segments.segment_name as from_segment,
    segments.segment_name as into_segment,
    case customer_segments.move_cause
        when 'behaviour' then 'the customer changed'
        when 'model' then 'the model changed'
        when 'both' then 'both changed'
    end as why_then,
    reasons.reason as why_there_now,
    round(customer_segments.confidence, 2) as confidence,
    features.net_revenue
from customer_segments
inner join segments
    on customer_segments.segment_key = segments.segment_key
-- a customer who was never in another segment has not moved
inner join segments as previous_segments
    on customer_segments.segmentation = previous_segments.segmentation
    and customer_segments.previous_segment_id = previous_segments.segment_id
left join customer_segment_reasons as reasons
    on customer_segments.segmentation = reasons.segmentation
    and customer_segments.customer_id = reasons.customer_id
    and reasons.rank = 1
left join customer_features as features
    on customer_segments.customer_id = features.customer_id
cross join params
where params.segment in (segments.segment_name, segments.archetype)
    and customer_segments.segment_since >= params.since
order by
    customer_segments.segmentation,
    customer_segments.segment_since desc,
    features.net_revenue desc nulls last,
    customer_segments.customer_id
