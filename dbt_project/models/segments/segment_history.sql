with

changes as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__segment_changes') }}
    where customer_id is not null

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

    from changes

)

select *
from ended
where segment_id is not null
