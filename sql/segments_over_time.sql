-- Question: which segments grow and which shrink?
-- Grain:    one row per segmentation, date when someone moved, and segment.
with

params as (

    select
        'all' as segmentation,  -- one segmentation, or all
        date '2000-01-01' as since  -- first day shown

),

changes as (

    select segmentation, segment_id, valid_from as as_of_date, 1 as joined, 0 as gone
    from segment_history

    union all

    select segmentation, segment_id, valid_to as as_of_date, 0 as joined, 1 as gone
    from segment_history
    where valid_to is not null

),

dates as (

    select distinct segmentation, as_of_date
    from changes

),

-- every segment on every date, whether anyone moved or not
places as (

    select
        dates.segmentation,
        dates.as_of_date,
        segments.segment_id,
        segments.segment_name

    from dates
    inner join segments
        on dates.segmentation = segments.segmentation
    where segments.segment_id > 0

),

counted as (

    select
        places.segmentation,
        places.as_of_date,
        places.segment_id,
        places.segment_name,
        coalesce(sum(changes.joined), 0) as joined,
        coalesce(sum(changes.gone), 0) as gone

    from places
    left join changes
        on places.segmentation = changes.segmentation
        and places.as_of_date = changes.as_of_date
        and places.segment_id = changes.segment_id
    group by
        places.segmentation,
        places.as_of_date,
        places.segment_id,
        places.segment_name

),

added as (

    select
        segmentation,
        as_of_date,
        segment_id,
        segment_name,
        cast(sum(joined - gone) over (
            partition by segmentation, segment_id
            order by as_of_date
            rows between unbounded preceding and current row
        ) as bigint) as customers,
        cast(joined as bigint) as joined,
        cast(gone as bigint) as gone

    from counted

)

select added.*
from added
cross join params
where params.segmentation in ('all', added.segmentation)
    and added.as_of_date >= params.since
    -- a retired segment, or one that did not exist yet, has no row
    and (added.customers > 0 or added.joined > 0 or added.gone > 0)
order by
    added.segmentation,
    added.as_of_date,
    added.segment_id
