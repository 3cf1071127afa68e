-- Question: how do the segments of two segmentations overlap?
-- Grain:    one row per segment of the first and segment of the second that have customers in common.
with

params as (

    select
        'behaviour' as one,  -- a segmentation
        'demographic' as other  -- another one

),

pairs as (

    select
        first_segments.segment_id as first_id,
        first_segments.segment_name as first_segment,
        second_segments.segment_id as second_id,
        second_segments.segment_name as second_segment,
        count(*) as customers,
        sum(features.net_revenue) as net_revenue

    from customer_segments as first_segments
    inner join customer_segments as second_segments
        on first_segments.customer_id = second_segments.customer_id
    inner join customer_features as features
        on first_segments.customer_id = features.customer_id
    inner join params
        on first_segments.segmentation = params.one
        and second_segments.segmentation = params.other
    group by
        first_segments.segment_id,
        first_segments.segment_name,
        second_segments.segment_id,
        second_segments.segment_name

),

totals as (

    select
        pairs.*,
        sum(customers) over (partition by first_id) as of_first,
        sum(customers) over (partition by second_id) as of_second,
        sum(customers) over () as everyone

    from pairs

)

select
    first_id,
    first_segment,
    second_id,
    second_segment,
    customers,
    round(100 * cast(customers as double) / of_first, 1) as percent_of_first,
    round(100 * cast(customers as double) / of_second, 1) as percent_of_second,
    -- 1: as many as if the two were independent
    round(cast(customers * everyone as double) / (of_first * of_second), 2) as times_as_many_as_by_chance,
    net_revenue
from totals
order by
    first_id,
    customers desc,
    second_id
