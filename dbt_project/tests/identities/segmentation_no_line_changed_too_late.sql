{{ config(severity='warn') }}
-- Order lines appeared or vanished during the run, or belong to incomplete days at the start of a file that has only
-- the newest days.
select
    input,
    rows

from {{ ref('warehouse_segmentation', 'input_reconciliation') }}
where reason = 'changed_too_late'
