-- The stay that holds on as_of_date is the segment the customer is in.
with

stays as (

    select
        history.segmentation,
        history.customer_id,
        history.segment_id

    from {{ ref('warehouse_segmentation', 'segment_history') }} as history
    cross join {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }} as as_of
    where history.valid_from <= as_of.as_of_date
        and (history.valid_to is null or history.valid_to > as_of.as_of_date)

)

select
    customer_segments.segmentation,
    customer_segments.customer_id,
    customer_segments.segment_id,
    stays.segment_id as segment_id_in_history

from {{ ref('warehouse_segmentation', 'customer_segments') }} as customer_segments
left join stays
    on customer_segments.segmentation = stays.segmentation
    and customer_segments.customer_id = stays.customer_id
where stays.segment_id is null
    or stays.segment_id <> customer_segments.segment_id
