{%- set lines = ref('warehouse_segmentation', 'int_segmentation__order_lines') -%}
{%- set future = warehouse_segmentation.future_lines(lines) %}

with

customer_rows as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__customer_rows') }}

),

as_of as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

events as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__events') }}

),

stacked as (

    select
        'customers' as input,
        'row' as scope,
        reason,
        customer_id,
        record
    from customer_rows
    where reason is not null

    -- an impossible value is removed, and its row is used
    {%- for column in ['age_reason', 'income_reason', 'score_reason', 'sign_up_reason', 'band_reason', 'value_reason'] %}
    union all
    select
        'customers',
        'value',
        {{ column }},
        customer_id,
        record
    from customer_rows
    where reason is null and {{ column }} is not null
    {%- endfor %}

    union all
    select
        'transactions',
        'row',
        reason,
        customer_id,
        record
    from {{ lines }}
    where reason <> 'no_line'

    -- the line is used
    union all
    select
        'transactions',
        'value',
        lines.value_reason,
        lines.customer_id,
        lines.record
    from {{ lines }} as lines
    cross join as_of
    where lines.reason is null
        and lines.value_reason is not null
        and lines.ordered_date < as_of.as_of_date
        and lines.ordered_date >= as_of.history_from_date

    {%- if future %}

    -- as_of_date decides whether a line is in the future, so the text of such a line is not kept
    union all
    select
        'transactions',
        'row',
        'future_date',
        customer_id,
        record
    from (
        {{ future }}
    ) as future_lines
    {%- endif %}

    union all
    select
        'events',
        'row',
        reason,
        customer_id,
        record
    from events
    where reason <> 'before_lookback'

)

select
    cast(input as string) as input,
    cast(scope as string) as scope,
    cast(reason as string) as reason,
    cast(customer_id as string) as customer_id,
    cast(record as string) as record

from stacked
