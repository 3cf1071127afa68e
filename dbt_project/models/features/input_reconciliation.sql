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

)

select
    cast(outcomes.input as string) as input,
    cast(outcomes.reason as string) as reason,
    cast(outcomes.outcome as string) as outcome,
    cast(outcomes.rows as bigint) as rows,
    cast(rows_in.input_rows as bigint) as input_rows

from outcomes
inner join rows_in
    on outcomes.input = rows_in.input
