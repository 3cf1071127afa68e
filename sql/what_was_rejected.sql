-- Question: which rows could not be used, why, and what does one of them look like?
-- Grain:    one row per input and reason; 'used' rows are there for comparison.
with

examples as (

    select
        input,
        reason,
        min(record) as example

    from rejected_records
    group by input, reason

)

select
    reconciliation.input,
    reconciliation.outcome,
    reconciliation.reason,
    reconciliation.rows,
    round(100 * cast(reconciliation.rows as double) / nullif(reconciliation.input_rows, 0), 2) as percent_of_input,
    examples.example
from input_reconciliation as reconciliation
left join examples
    on reconciliation.input = examples.input
    and reconciliation.reason = examples.reason
order by
    reconciliation.input,
    case reconciliation.outcome when 'used' then 1 when 'rejected' then 2 when 'value_removed' then 3 else 4 end,
    reconciliation.rows desc,
    reconciliation.reason
