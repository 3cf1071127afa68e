with

changes as (

    select
        segmentation,
        customer_id,
        segment_id,
        model_id,
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

ended as (

    select
        segmentation,
        {{ warehouse_segmentation.segment_key('segmentation', 'segment_id') }} as segment_key,
        customer_id,
        segment_id,
        previous_segment_id,
        model_id,
        valid_from,
        lead(valid_from) over (partition by segmentation, customer_id order by valid_from) as valid_to

    from stays

)

select *
from ended
where segment_id is not null
