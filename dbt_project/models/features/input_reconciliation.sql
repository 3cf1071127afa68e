{%- set inputs = {'customers': 'int_segmentation__customer_rows', 'transactions': 'int_segmentation__order_lines', 'events': 'int_segmentation__events'} -%}

with

-- counted at the source, apart from everything this package does with the rows
rows_in as (

    {%- for input in inputs %}
    select
        '{{ input }}' as input,
        count(*) as input_rows
    from ({{ warehouse_segmentation.input_rows(input) }}) as given
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

outcomes as (

    {%- for input, relation in inputs.items() %}
    select
        '{{ input }}' as input,
        coalesce(reason, 'used') as reason,
        case
            when reason is null then 'used'
            when reason = 'before_lookback' then 'set_aside'
            else 'rejected'
        end as outcome,
        count(*) as rows
    from {{ ref('warehouse_segmentation', relation) }}
    group by reason
    {{ 'union all' if not loop.last }}
    {%- endfor %}

    {%- for column in ['age_reason', 'income_reason', 'score_reason', 'sign_up_reason'] %}
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

    {#- an input that is mapped says what was used of it, though it be nothing #}
    {%- for input in inputs if warehouse_segmentation.input_config(input) is not none %}
    union all
    select
        '{{ input }}',
        'used',
        'used',
        0
    {%- endfor %}

),

totals as (

    select
        input,
        reason,
        outcome,
        sum(rows) as rows

    from outcomes
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
