with

dates as (

{{ warehouse_segmentation.scored_dates() }}

),

revenue as (

    select count(net_revenue) > 0 as is_known
    from {{ ref('warehouse_segmentation', 'customer_features') }}

),

stays as (

    select
        history.segmentation,
        history.customer_id,
        history.segment_id,
        history.previous_segment_id,
        history.valid_from,
        history.valid_to,
        -- customers who are gone bring 0; NULL where no transactions are mapped
        case when revenue.is_known then coalesce(features.net_revenue, 0) end as net_revenue

    from {{ ref('warehouse_segmentation', 'segment_history') }} as history
    cross join revenue
    left join {{ ref('warehouse_segmentation', 'customer_features') }} as features
        on history.customer_id = features.customer_id

),

moves as (

    select
        stays.segmentation,
        dates.from_date,
        dates.to_date,
        stays.previous_segment_id as from_segment_id,
        stays.segment_id as to_segment_id,
        count(*) as customers,
        sum(stays.net_revenue) as net_revenue,
        count(case when dates.is_new_model then 1 end) as moved_by_model

    from stays
    inner join dates
        on stays.segmentation = dates.segmentation
        and stays.valid_from = dates.to_date
    where stays.previous_segment_id is not null
        and dates.from_date is not null
    group by
        stays.segmentation,
        dates.from_date,
        dates.to_date,
        stays.previous_segment_id,
        stays.segment_id

),

-- Who stayed from one date to the next had come by the first and not left by the second. Both are
-- added up from date to date, so that no stay is looked at once a date.
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
        count(*) as customers,
        sum(net_revenue) as net_revenue

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
        count(*) as customers,
        sum(net_revenue) as net_revenue

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
        sum(coalesce(begun.customers, 0)) over (
            partition by dates.segmentation, segments.segment_id
            order by dates.to_date
            rows between unbounded preceding and 1 preceding
        ) as begun_customers,
        sum(coalesce(ended.customers, 0)) over (
            partition by dates.segmentation, segments.segment_id
            order by dates.to_date
            rows between unbounded preceding and current row
        ) as ended_customers,
        sum(coalesce(begun.net_revenue, 0)) over (
            partition by dates.segmentation, segments.segment_id
            order by dates.to_date
            rows between unbounded preceding and 1 preceding
        ) as begun_revenue,
        sum(coalesce(ended.net_revenue, 0)) over (
            partition by dates.segmentation, segments.segment_id
            order by dates.to_date
            rows between unbounded preceding and current row
        ) as ended_revenue

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

stayed as (

    select
        segmentation,
        from_date,
        to_date,
        segment_id as from_segment_id,
        segment_id as to_segment_id,
        begun_customers - ended_customers as customers,
        case when revenue.is_known then begun_revenue - ended_revenue end as net_revenue,
        0 as moved_by_model

    from totals
    cross join revenue
    where from_date is not null
        and begun_customers > ended_customers

),

currencies as (

    select max(item) as currency
    from {{ ref('warehouse_segmentation', 'int_segmentation__input_figures') }}
    where measure = 'currency'

),

together as (

    select * from moves
    union all
    select * from stayed

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
    cast(case when from_segment_id <> to_segment_id then customers - moved_by_model else 0 end as bigint) as moved_by_behaviour,
    cast(moved_by_model as bigint) as moved_by_model

from together
cross join currencies
