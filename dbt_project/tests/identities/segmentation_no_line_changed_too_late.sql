{{ config(severity='warn') }}
-- Order lines came or vanished while the run was reading, or came to days that a file of the newest days only does not hold whole.
select
    input,
    rows

from {{ ref('warehouse_segmentation', 'input_reconciliation') }}
where reason = 'changed_too_late'
