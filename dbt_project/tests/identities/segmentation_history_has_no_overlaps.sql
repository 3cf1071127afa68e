-- A customer is in one segment at a time: stays end after they begin, the next one begins when or
-- after the last one ended, and only the last one is open.
with

stays as (

    select
        segmentation,
        customer_id,
        valid_from,
        valid_to,
        lead(valid_from) over (
            partition by segmentation, customer_id
            order by valid_from
        ) as next_valid_from

    from {{ ref('warehouse_segmentation', 'segment_history') }}

)

select *
from stays
where valid_to <= valid_from
    or (next_valid_from is not null and valid_to is null)
    or next_valid_from < valid_to
