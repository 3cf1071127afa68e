with

changes as (

    select
        segmentation,
        customer_id,
        segment_id,
        previous_segment_id as recorded_previous_segment_id,
        model_id,
        cause,
        net_revenue,
        valid_from,
        lag(segment_id) over (partition by segmentation, customer_id order by valid_from) as previous_segment_id

    from {{ ref('warehouse_segmentation', 'int_segmentation__segment_changes') }}
    where customer_id is not null

),

-- where an earlier date was run again, a later change may no longer be one
stays as (

    select *
    from changes
    where coalesce(segment_id, -1) <> coalesce(previous_segment_id, -1)

),

dates as (

{{ warehouse_segmentation.scored_dates() }}

),

ended as (

    select
        segmentation,
        customer_id,
        segment_id,
        previous_segment_id,
        recorded_previous_segment_id,
        model_id,
        cause,
        net_revenue,
        valid_from,
        lead(valid_from) over (partition by segmentation, customer_id order by valid_from) as valid_to

    from stays

)

select
    ended.segmentation,
    {{ warehouse_segmentation.segment_key('ended.segmentation', 'ended.segment_id') }} as segment_key,
    ended.customer_id,
    ended.segment_id,
    ended.previous_segment_id,
    ended.model_id,
    ended.valid_from,
    ended.valid_to,

    -- where an earlier date was run again, the recorded cause may belong to another move; earlier versions recorded
    -- none
    cast(
        case
            when ended.previous_segment_id is null then null
            when ended.cause is not null and ended.recorded_previous_segment_id = ended.previous_segment_id then ended.cause
            when dates.is_new_model then 'model'
            else 'behaviour'
        end
    as string) as move_cause,
    cast(ended.net_revenue as decimal(18, 4)) as net_revenue

from ended
left join dates
    on ended.segmentation = dates.segmentation
    and ended.valid_from = dates.to_date
where ended.segment_id is not null
