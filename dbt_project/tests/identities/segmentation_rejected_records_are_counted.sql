-- What input_reconciliation counts as rejected or removed is in rejected_records, row by row.
with

counted as (

    select
        input,
        reason,
        case when outcome = 'rejected' then 'row' else 'value' end as scope,
        rows as counted_rows

    from {{ ref('warehouse_segmentation', 'input_reconciliation') }}
    where outcome in ('rejected', 'value_removed')

),

listed as (

    select
        input,
        reason,
        scope,
        count(*) as listed_rows

    from {{ ref('warehouse_segmentation', 'rejected_records') }}
    group by
        input,
        reason,
        scope

)

select
    counted.input as counted_input,
    counted.reason as counted_reason,
    counted.counted_rows,
    listed.input as listed_input,
    listed.reason as listed_reason,
    listed.listed_rows

from counted
full outer join listed
    on counted.input = listed.input
    and counted.reason = listed.reason
    and counted.scope = listed.scope
where coalesce(counted.counted_rows, 0) <> coalesce(listed.listed_rows, 0)
