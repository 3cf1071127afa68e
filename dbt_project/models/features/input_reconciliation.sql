{%- set inputs = ['customers', 'transactions', 'events'] -%}
{%- set lines = ref('warehouse_segmentation', 'int_segmentation__order_lines') -%}
{%- set forgotten = warehouse_segmentation.forgotten_relation() -%}
{%- set rows_of = {'customers': 'int_segmentation__customer_rows', 'events': 'int_segmentation__events'} -%}

with

-- counted at the source, independently of everything that this package does with the rows
rows_in as (

    {%- for input in inputs %}
    select
        '{{ input }}' as input,
        count(*) as input_rows
    from ({{ 'select 1 as nothing where false' if warehouse_segmentation.input_config(input) is none
             else warehouse_segmentation.given_query(input) }}) as given
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),
{%- if forgotten is not none %}

-- those of forgotten customers: only their number is used
forgotten_rows as (

    {%- for input in warehouse_segmentation.mapped_inputs() %}
    select
        '{{ input }}' as input,
        'forgotten' as reason,
        count(*) as rows
    from ({{ warehouse_segmentation.forgotten_input_rows(input, forgotten) }}) as given
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),
{%- endif %}

-- each line by the reason for which it is not used
verdicts as (

    select
        reason,
        value_reason,
        count(*) as rows

    from (
        select
            case
                when lines.reason is not null then lines.reason
                when lines.ordered_date >= as_of.as_of_date then 'future_date'
                when lines.ordered_date < as_of.history_from_date then 'before_lookback'
            end as reason,
            lines.value_reason
        from {{ lines }} as lines
        cross join {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }} as as_of
        where lines.reason is null
            or lines.reason <> 'no_line'
    ) as judged
    group by
        reason,
        value_reason

),

outcomes as (

    {%- for input, relation in rows_of.items() %}
    select
        '{{ input }}' as input,
        coalesce(reason, 'used') as reason,
        count(*) as rows
    from {{ ref('warehouse_segmentation', relation) }}
    group by reason

    union all
    {%- endfor %}

    select
        'transactions',
        coalesce(reason, 'used'),
        sum(rows)
    from verdicts
    group by reason
    {%- if forgotten is not none %}

    union all

    select
        input,
        reason,
        rows
    from forgotten_rows
    where rows > 0
    {%- endif %}

    {#- a mapped input has a row for what was used, even if that is nothing #}
    {%- for input in inputs if warehouse_segmentation.input_config(input) is not none %}

    union all

    select
        '{{ input }}',
        'used',
        0
    {%- endfor %}

),

-- Lines of months that are kept because the file does not go back that far. A full refresh reads only the input.
kept as (

    select coalesce(sum(greatest(kept_lines - file_lines, 0)), 0) as rows
    from (
        {{ warehouse_segmentation.kept_parts(lines, ref('warehouse_segmentation', 'int_segmentation__input_figures')) }}
    ) as parts

),

not_read as (

    select
        rows_in.input,
        rows_in.input_rows + max(kept.rows) - coalesce(sum(outcomes.rows), 0) as rows

    from rows_in
    cross join kept
    left join outcomes
        on rows_in.input = outcomes.input
    where rows_in.input = 'transactions'
    group by
        rows_in.input,
        rows_in.input_rows

),

stacked as (

    select
        input,
        reason,
        case
            when reason = 'used' then 'used'
            when reason = 'before_lookback' then 'set_aside'
            when reason = 'forgotten' then 'forgotten'
            else 'rejected'
        end as outcome,
        rows
    from outcomes

    union all

    select
        input,
        'changed_too_late',
        'not_read',
        rows
    from not_read
    where rows <> 0

    union all

    select
        'transactions',
        'of_earlier_files',
        'kept',
        rows
    from kept
    where rows <> 0

    {%- for column in ['age_reason', 'income_reason', 'score_reason', 'sign_up_reason', 'band_reason', 'value_reason'] %}
    union all
    select
        'customers',
        {{ column }},
        'value_removed',
        count(*)
    from {{ ref('warehouse_segmentation', 'int_segmentation__customer_rows') }}
    where reason is null
        and {{ column }} is not null
    group by {{ column }}
    {%- endfor %}

    union all

    select
        'transactions',
        value_reason,
        'value_removed',
        sum(rows)
    from verdicts
    where reason is null
        and value_reason is not null
    group by value_reason

),

totals as (

    select
        input,
        reason,
        outcome,
        sum(rows) as rows

    from stacked
    group by
        input,
        reason,
        outcome

)

select
    cast(totals.input as string) as input,
    cast(totals.reason as string) as reason,
    cast(totals.outcome as string) as outcome,
    cast(totals.rows as bigint) as rows,
    cast(rows_in.input_rows as bigint) as input_rows

from totals
inner join rows_in
    on totals.input = rows_in.input
