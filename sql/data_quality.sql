-- Question: how good are the data that came in, and what about them is doubtful?
-- Grain:    one row per input, and one, 'all', for what concerns them together.
with

outcomes as (

    select
        input,
        max(input_rows) as input_rows,
        cast(sum(case when outcome = 'used' then rows else 0 end) as bigint) as used_rows,
        cast(sum(case when outcome = 'rejected' then rows else 0 end) as bigint) as rejected_rows,
        cast(sum(case when outcome in ('set_aside', 'forgotten', 'not_read') then rows else 0 end) as bigint) as unread_rows,
        cast(sum(case when outcome = 'value_removed' then rows else 0 end) as bigint) as removed_values

    from input_reconciliation
    group by input

),

reasons as (

    select
        input,
        reason,
        row_number() over (partition by input order by rows desc, reason) as place

    from input_reconciliation
    where outcome = 'rejected'
        and rows > 0

),

checks as (

    select
        input,
        count(*) as checks,
        count(case when status = 'passed' then 1 end) as passed_checks

    from input_checks
    group by input

),

doubts as (

    select
        input,
        message,
        row_number() over (
            partition by input
            order by
                case status when 'stopped' then 1 when 'accepted' then 2 else 3 end,
                check_name,
                item
        ) as place

    from input_checks
    where status <> 'passed'

),

inputs as (

    select input from outcomes

    union

    select input from checks

)

select
    inputs.input,
    outcomes.input_rows,
    outcomes.used_rows,
    outcomes.rejected_rows,
    round(
        100 * cast(outcomes.rejected_rows as double)
        / nullif(outcomes.used_rows + outcomes.rejected_rows + outcomes.unread_rows, 0), 2
    ) as percent_rejected,
    reasons.reason as commonest_reason,
    outcomes.removed_values,
    coalesce(checks.checks, 0) as checks,
    coalesce(checks.passed_checks, 0) as passed_checks,
    coalesce(doubts.message, 'Nothing is doubtful.') as gravest_doubt
from inputs
left join outcomes
    on inputs.input = outcomes.input
left join reasons
    on inputs.input = reasons.input
    and reasons.place = 1
left join checks
    on inputs.input = checks.input
left join doubts
    on inputs.input = doubts.input
    and doubts.place = 1
order by
    case when inputs.input = 'all' then 1 else 0 end,
    inputs.input
