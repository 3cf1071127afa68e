{#- The one table of order lines. It is kept from build to build, and nothing in it depends on as_of_date:
    int_segmentation__used_lines leaves out lines in the future and before the lookback. -#}
{%- set has_line_id = 'line_id' in warehouse_segmentation.input_expressions('transactions') -%}
{%- set transactions = ref('warehouse_segmentation', 'stg_segmentation__transactions') -%}
{%- set stretches = warehouse_segmentation.stretches_to_read() -%}
{%- set settings = warehouse_segmentation.line_settings() if execute -%}
{%- set is_read = 'true' if stretches is none else warehouse_segmentation.lines_in(stretches) -%}
{#- The first of a repeated line may be among those that are not read. That is rare, and then all lines are compared.
    -#}
{%- set repeats_others = stretches and has_line_id and warehouse_segmentation.has_lines_elsewhere(transactions, is_read) -%}
{%- set is_compared = 'true' if repeats_others else is_read -%}
{%- set may_repeat = repeats_others or (has_line_id and warehouse_segmentation.has_repeated_line_ids(transactions, is_read)) %}

with

{%- if may_repeat %}

-- Few lines are repeated. Their keys are found first, so that only those lines are sorted; the input is named each
-- time because a shared CTE would be held in memory completely.
repeated_keys as (

    select
        order_id,
        line_id

    from {{ transactions }}
    where line_id is not null
        and {{ is_compared }}
    group by order_id, line_id
    having count(*) > 1

),

repeated_lines as (

    select
        lines.*,
        case when lines.reject_reason is null then
            {{ warehouse_segmentation.place_among_repeated('lines') }}
        end as occurrence

    from {{ transactions }} as lines
    inner join repeated_keys
        on lines.order_id = repeated_keys.order_id
        and lines.line_id = repeated_keys.line_id
    where {{ is_compared }}

),

other_lines as (

    select
        lines.*,
        1 as occurrence

    from {{ transactions }} as lines
    left join repeated_keys
        on lines.order_id = repeated_keys.order_id
        and lines.line_id = repeated_keys.line_id
    where repeated_keys.line_id is null
        and {{ is_read }}

),

lines as (

    select * from repeated_lines
    where {{ is_read }}
    union all
    select * from other_lines

),

{%- else %}

lines as (

    select
        *,
        1 as occurrence

    from {{ transactions }}
    where {{ is_read }}

),

{%- endif %}

judged as (

    select
        lines.*,
        as_of.is_rolling,
        case
            when lines.reject_reason is not null then lines.reject_reason
            when lines.occurrence > 1 then 'duplicate_line_id'
        end as reason

    from lines
    cross join {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }} as as_of

)

select
    customer_id,
    {{ warehouse_segmentation.order_key('order_id') }} as order_key,
    {{ warehouse_segmentation.line_key() }} as line_key,
    product_id,
    product_name,
    product_category,
    channel,
    quantity,
    discount_amount,
    amount,
    is_cancelled,
    reason,
    value_reason,
    -- computed here, for the few rows that need it: a column of the staging view would be computed for all rows
    case when reason is not null or value_reason is not null then {{ warehouse_segmentation.line_record() }} end as record,
    ordered_date,
    ordered_at_local,
    '{{ settings }}' as settings,
    {{ warehouse_segmentation.run_moment() }} as read_at,
    {{ warehouse_segmentation.order_month('ordered_date', 'is_rolling') }} as order_month

from judged
{%- if stretches %}

-- neither engine replaces a month that is not among the new rows, so each month that is read again has a marker row
union all

select
    {%- for name in ['customer_id', 'order_key', 'line_key', 'product_id', 'product_name', 'product_category', 'channel',
                     'quantity', 'discount_amount', 'amount', 'is_cancelled'] %}
    null as {{ name }},
    {%- endfor %}
    'no_line' as reason,
    null as value_reason,
    null as record,
    null as ordered_date,
    null as ordered_at_local,
    '{{ settings }}' as settings,
    {{ warehouse_segmentation.run_moment() }} as read_at,
    order_month

from (
    select distinct order_month from {{ this }}
    where {{ warehouse_segmentation.parts_in(stretches) }}
) as replaced_months
{%- endif %}
