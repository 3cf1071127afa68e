with

dates as (

{{ warehouse_segmentation.scored_dates() }}

),

stays as (

    select
        segmentation,
        segment_id,
        previous_segment_id,
        move_cause,
        net_revenue,
        valid_from,
        valid_to

    from {{ ref('warehouse_segmentation', 'segment_history') }}

),

-- Everyone who came into a segment on a date, from another one or as a new customer. New customers come from segment
-- 0, which has everyone who is in no other segment.
came as (

    select
        stays.segmentation,
        dates.from_date,
        dates.to_date,
        coalesce(stays.previous_segment_id, 0) as from_segment_id,
        stays.segment_id as to_segment_id,
        stays.previous_segment_id is null as is_new,
        false as is_gone,
        count(*) as customers,
        -- one customer whose revenue was not recorded makes the sum unknown
        case when count(*) = count(stays.net_revenue) then sum(stays.net_revenue) end as net_revenue,
        count(case when stays.move_cause = 'behaviour' then 1 end) as moved_by_behaviour,
        count(case when stays.move_cause = 'model' then 1 end) as moved_by_model,
        count(case when stays.move_cause = 'both' then 1 end) as moved_by_both

    from stays
    inner join dates
        on stays.segmentation = dates.segmentation
        and stays.valid_from = dates.to_date
    where dates.from_date is not null
    group by
        stays.segmentation,
        dates.from_date,
        dates.to_date,
        coalesce(stays.previous_segment_id, 0),
        stays.segment_id,
        stays.previous_segment_id is null

),

-- Customers who stayed from one date to the next had come by the first and not left by the second. Both are running
-- totals over dates, so that no stay is read once per date.
segments as (

    select distinct
        segmentation,
        segment_id

    from stays

),

begun as (

    select
        segmentation,
        segment_id,
        valid_from,
        count(*) as customers

    from stays
    group by
        segmentation,
        segment_id,
        valid_from

),

ended as (

    select
        segmentation,
        segment_id,
        valid_to,
        count(*) as customers

    from stays
    where valid_to is not null
    group by
        segmentation,
        segment_id,
        valid_to

),

totals as (

    select
        dates.segmentation,
        segments.segment_id,
        dates.from_date,
        dates.to_date,
        coalesce(ended.customers, 0) as left_customers,
        sum(coalesce(begun.customers, 0)) over (
            partition by dates.segmentation, segments.segment_id
            order by dates.to_date
            rows between unbounded preceding and 1 preceding
        ) as begun_customers,
        sum(coalesce(ended.customers, 0)) over (
            partition by dates.segmentation, segments.segment_id
            order by dates.to_date
            rows between unbounded preceding and current row
        ) as ended_customers

    from dates
    inner join segments
        on dates.segmentation = segments.segmentation
    left join begun
        on dates.segmentation = begun.segmentation
        and dates.to_date = begun.valid_from
        and segments.segment_id = begun.segment_id
    left join ended
        on dates.segmentation = ended.segmentation
        and dates.to_date = ended.valid_to
        and segments.segment_id = ended.segment_id

),

came_in as (

    select
        segmentation,
        to_date,
        to_segment_id,
        case when count(*) = count(net_revenue) then sum(net_revenue) end as net_revenue

    from came
    group by
        segmentation,
        to_date,
        to_segment_id

),

moved_out as (

    select
        segmentation,
        to_date,
        from_segment_id,
        sum(customers) as customers

    from came
    where not is_new
    group by
        segmentation,
        to_date,
        from_segment_id

),

-- the net revenue of each segment on each date; dates that an earlier version recorded have none
worths as (

    select
        segmentation,
        segment_id,
        valid_from,
        net_revenue

    from {{ ref('warehouse_segmentation', 'int_segmentation__segment_changes') }}
    where customer_id is null
        and segment_id is not null

),

-- those who are in the segment and did not come into it have stayed
stayed as (

    select
        totals.segmentation,
        totals.from_date,
        totals.to_date,
        totals.segment_id as from_segment_id,
        totals.segment_id as to_segment_id,
        false as is_new,
        false as is_gone,
        totals.begun_customers - totals.ended_customers as customers,
        case when came_in.to_date is null then worths.net_revenue else worths.net_revenue - came_in.net_revenue end as net_revenue,
        0 as moved_by_behaviour,
        0 as moved_by_model,
        0 as moved_by_both

    from totals
    left join worths
        on totals.segmentation = worths.segmentation
        and totals.segment_id = worths.segment_id
        and totals.to_date = worths.valid_from
    left join came_in
        on totals.segmentation = came_in.segmentation
        and totals.segment_id = came_in.to_segment_id
        and totals.to_date = came_in.to_date
    where totals.from_date is not null
        and totals.begun_customers > totals.ended_customers

),

known as (

    select count(net_revenue) > 0 as is_known
    from worths

),

-- those who left for no other segment; they go into segment 0, and bring no more revenue
gone as (

    select
        totals.segmentation,
        totals.from_date,
        totals.to_date,
        totals.segment_id as from_segment_id,
        0 as to_segment_id,
        false as is_new,
        true as is_gone,
        totals.left_customers - coalesce(moved_out.customers, 0) as customers,
        case when known.is_known then 0 end as net_revenue,
        0 as moved_by_behaviour,
        0 as moved_by_model,
        0 as moved_by_both

    from totals
    cross join known
    left join moved_out
        on totals.segmentation = moved_out.segmentation
        and totals.segment_id = moved_out.from_segment_id
        and totals.to_date = moved_out.to_date
    where totals.from_date is not null
        and totals.left_customers > coalesce(moved_out.customers, 0)

),

currencies as (

    select max(item) as currency
    from {{ ref('warehouse_segmentation', 'int_segmentation__input_figures') }}
    where measure = 'currency'

),

together as (

    select * from came
    union all
    select * from stayed
    union all
    select * from gone

)

select
    cast(segmentation as string) as segmentation,
    from_date,
    to_date,
    cast(from_segment_id as int) as from_segment_id,
    cast(to_segment_id as int) as to_segment_id,
    cast({{ warehouse_segmentation.segment_key('segmentation', 'from_segment_id') }} as string) as from_segment_key,
    cast({{ warehouse_segmentation.segment_key('segmentation', 'to_segment_id') }} as string) as to_segment_key,
    cast(customers as bigint) as customers,
    cast(net_revenue as decimal(18, 4)) as net_revenue,
    cast(currency as string) as currency,
    cast(moved_by_behaviour as bigint) as moved_by_behaviour,
    cast(moved_by_model as bigint) as moved_by_model,
    cast(moved_by_both as bigint) as moved_by_both,
    is_new,
    is_gone

from together
cross join currencies
