with

as_of as (

    select as_of_date from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

scores as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__scores') }}

),

segments as (

    select
        segmentation,
        segment_id,
        segment_key,
        segment_name

    from {{ ref('warehouse_segmentation', 'segments') }}

),

-- the history as of this date, which may be earlier than its newest entry
stays as (

    select
        history.segmentation,
        history.customer_id,
        history.previous_segment_id,
        history.move_cause,
        history.valid_from

    from {{ ref('warehouse_segmentation', 'segment_history') }} as history
    cross join as_of
    where history.valid_from <= as_of.as_of_date
        and (history.valid_to is null or history.valid_to > as_of.as_of_date)

)

select
    scores.segmentation,
    segments.segment_key,
    scores.customer_id,
    scores.segment_id,
    segments.segment_name,
    scores.model_id,
    as_of.as_of_date,
    scores.distance,
    scores.second_segment_id,
    scores.second_distance,

    -- 0 on the border between two segments, 1 in the middle of one
    case when scores.second_distance > 0 then (scores.second_distance - scores.distance) / scores.second_distance end as confidence,
    scores.is_outlier,
    stays.previous_segment_id,
    stays.valid_from as segment_since,
    stays.move_cause

from scores
cross join as_of
inner join segments
    on scores.segmentation = segments.segmentation
    and scores.segment_id = segments.segment_id
left join stays
    on scores.segmentation = stays.segmentation
    and scores.customer_id = stays.customer_id
