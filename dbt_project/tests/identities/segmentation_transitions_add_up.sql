-- The customers of a segment on a date, those who stayed, moved in and are new, are those who stay in it, move out or are
-- gone by the next one; and on as_of_date they are those who are in it.
with

transitions as (

    select * from {{ ref('warehouse_segmentation', 'segment_transitions') }}

),

-- dates with one before and one after
inner_dates as (

    select distinct
        earlier.segmentation,
        earlier.to_date as scored_date

    from transitions as earlier
    inner join transitions as later
        on earlier.segmentation = later.segmentation
        and earlier.to_date = later.from_date

),

-- the newest date of those that are as of today
present_dates as (

    select
        transitions.segmentation,
        max(transitions.to_date) as scored_date

    from transitions
    cross join {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }} as as_of
    group by transitions.segmentation
    having max(transitions.to_date) = max(as_of.as_of_date)

),

dates as (

    select * from inner_dates
    union
    select * from present_dates

),

arrived as (

    select
        transitions.segmentation,
        transitions.to_date as scored_date,
        transitions.to_segment_id as segment_id,
        transitions.customers as arrived,
        0 as leaving

    from transitions
    inner join dates
        on transitions.segmentation = dates.segmentation
        and transitions.to_date = dates.scored_date
    where not transitions.is_gone

),

leaving as (

    select
        transitions.segmentation,
        transitions.from_date as scored_date,
        transitions.from_segment_id as segment_id,
        0 as arrived,
        transitions.customers as leaving

    from transitions
    inner join inner_dates
        on transitions.segmentation = inner_dates.segmentation
        and transitions.from_date = inner_dates.scored_date
    where not transitions.is_new

),

present as (

    select
        customer_segments.segmentation,
        customer_segments.as_of_date as scored_date,
        customer_segments.segment_id,
        0 as arrived,
        1 as leaving

    from {{ ref('warehouse_segmentation', 'customer_segments') }} as customer_segments
    inner join present_dates
        on customer_segments.segmentation = present_dates.segmentation
        and customer_segments.as_of_date = present_dates.scored_date

),

sides as (

    select * from arrived
    union all
    select * from leaving
    union all
    select * from present

)

select
    segmentation,
    scored_date,
    segment_id,
    sum(arrived) as arrived,
    sum(leaving) as leaving

from sides
group by
    segmentation,
    scored_date,
    segment_id
having sum(arrived) <> sum(leaving)
