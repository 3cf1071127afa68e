-- Every customer is in every segmentation (once, as its key says), and segmentations counts those in a segment.
with

customers as (

    select count(*) as customers from {{ ref('warehouse_segmentation', 'customer_features') }}

),

assigned as (

    select
        segmentation,
        count(*) as rows_assigned,
        sum(case when segment_id > 0 then 1 else 0 end) as customers_in_segments

    from {{ ref('warehouse_segmentation', 'customer_segments') }}
    group by segmentation

)

select
    segmentations.segmentation,
    customers.customers,
    assigned.rows_assigned,
    assigned.customers_in_segments,
    segmentations.customers as customers_said_to_be_in_segments

from {{ ref('warehouse_segmentation', 'segmentations') }} as segmentations
cross join customers
left join assigned
    on segmentations.segmentation = assigned.segmentation
where coalesce(assigned.rows_assigned, 0) <> customers.customers
    or coalesce(assigned.customers_in_segments, 0) <> segmentations.customers
