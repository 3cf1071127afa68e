-- Rows in and kept of earlier files = used + rejected + set aside + forgotten + not read, for every input.
select
    input,
    max(input_rows) + sum(case when outcome = 'kept' then rows else 0 end) as rows_in,
    sum(case when outcome in ('used', 'rejected', 'set_aside', 'forgotten', 'not_read') then rows else 0 end) as rows_accounted_for

from {{ ref('warehouse_segmentation', 'input_reconciliation') }}
group by input
having max(input_rows) + sum(case when outcome = 'kept' then rows else 0 end)
    <> sum(case when outcome in ('used', 'rejected', 'set_aside', 'forgotten', 'not_read') then rows else 0 end)
