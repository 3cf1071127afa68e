-- Question: how many customers moved from which segment to which, and what are they worth?
-- Grain:    one row per segmentation, pair of dates and pair of different segments, the newest first.
with

params as (

    select
        'all' as segmentation,  -- one segmentation, or all
        date '2000-01-01' as since  -- first day of the moves

),

shares as (

    select
        segmentation,
        from_date,
        to_date,
        from_segment_id,
        to_segment_id,
        from_segment_key,
        to_segment_key,
        customers,
        -- of everyone who was in it, including those who stayed and those who are gone
        100 * cast(customers as double) / sum(case when is_new then 0 else customers end) over (
            partition by segmentation, from_date, to_date, from_segment_id
        ) as percent_of_from_segment,
        net_revenue,
        moved_by_behaviour,
        moved_by_model,
        moved_by_both,
        is_new,
        is_gone

    from segment_transitions

)

select
    shares.segmentation,
    shares.from_date,
    shares.to_date,
    from_segments.segment_name as from_segment,
    to_segments.segment_name as to_segment,
    shares.customers,
    round(shares.percent_of_from_segment, 1) as percent_of_from_segment,
    shares.net_revenue,
    shares.moved_by_behaviour,
    shares.moved_by_model,
    shares.moved_by_both
from shares
inner join segments as from_segments
    on shares.from_segment_key = from_segments.segment_key
inner join segments as to_segments
    on shares.to_segment_key = to_segments.segment_key
cross join params
where shares.from_segment_id <> shares.to_segment_id
    and not shares.is_new
    and not shares.is_gone
    and params.segmentation in ('all', shares.segmentation)
    and shares.to_date >= params.since
order by
    shares.segmentation,
    shares.to_date desc,
    shares.from_date desc,
    shares.customers desc,
    shares.from_segment_id,
    shares.to_segment_id
