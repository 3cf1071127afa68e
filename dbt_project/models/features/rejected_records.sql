with

customer_rows as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__customer_rows') }}

),

lines as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__rejected_lines') }}

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

    -- a value that cannot be is removed, its row is used
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
        scope,
        reason,
        customer_id,
        record
    from lines
    where reason is not null

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
