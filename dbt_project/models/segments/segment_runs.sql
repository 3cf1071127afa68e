{{ config(materialized='view') }}
with

written as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__runs') }}

),

placed as (

    select
        *,
        max(started_at) over () as newest_started_at,
        row_number() over (partition by run_id order by written_at desc, status) as place

    from written

)

select
    run_id,
    command,
    cast(case when status = 'running' and started_at < newest_started_at then 'interrupted' else status end as string) as status,
    failure,
    as_of_date,
    started_at,
    finished_at,
    customer_rows,
    transaction_rows,
    event_rows,
    rejected_share,
    new_customers,
    gone_customers,
    moved_by_behaviour,
    moved_by_model,
    moved_by_both,
    largest_drift,
    refit_reason,
    decision,
    warnings,
    warning_texts

from placed
where place = 1
