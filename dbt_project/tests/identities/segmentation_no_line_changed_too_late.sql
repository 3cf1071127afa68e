{{ config(severity='warn') }}
-- Order lines of months that are not read again came or vanished: dbt build --full-refresh reads them.
select
    input,
    rows

from {{ ref('warehouse_segmentation', 'input_reconciliation') }}
where reason = 'changed_too_late'
