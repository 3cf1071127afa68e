{%- set has_line_id = 'line_id' in warehouse_segmentation.input_expressions('transactions') -%}
{%- set transactions = ref('warehouse_segmentation', 'stg_segmentation__transactions') -%}

with

as_of as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

{%- if has_line_id %}

-- Few lines stand there twice. Their keys are found first, so that only those lines are put in
-- order; the input is named each time because a shared CTE would be held in memory whole.
repeated_keys as (

    select
        order_id,
        line_id

    from {{ transactions }}
    where reject_reason is null
        and line_id is not null
    group by order_id, line_id
    having count(*) > 1

),

repeated_lines as (

    select
        lines.*,
        row_number() over (
            partition by lines.order_id, lines.line_id
            order by lines.ordered_at, lines.amount, lines.record
        ) as occurrence

    from {{ transactions }} as lines
    inner join repeated_keys
        on lines.order_id = repeated_keys.order_id
        and lines.line_id = repeated_keys.line_id
    where lines.reject_reason is null

),

other_lines as (

    select
        lines.*,
        1 as occurrence

    from {{ transactions }} as lines
    left join repeated_keys
        on lines.order_id = repeated_keys.order_id
        and lines.line_id = repeated_keys.line_id
    where lines.reject_reason is not null
        or repeated_keys.line_id is null

),

lines as (

    select * from repeated_lines
    union all
    select * from other_lines

),

{%- else %}

lines as (

    select
        *,
        1 as occurrence

    from {{ transactions }}

),

{%- endif %}

judged as (

    select
        lines.*,
        case
            when lines.reject_reason is not null then lines.reject_reason
            when lines.occurrence > 1 then 'duplicate_line_id'
            when lines.ordered_date >= as_of.as_of_date then 'future_date'
            when lines.ordered_date < as_of.history_from_date then 'before_lookback'
        end as reason

    from lines
    cross join as_of

)

select
    order_id,
    line_id,
    customer_id,
    product_id,
    product_name,
    product_category,
    channel,
    quantity,
    discount_amount,
    amount,
    is_cancelled,
    amount > 0 and not is_cancelled as is_counting,
    reason,
    case when reason is not null then record end as record,
    ordered_date,
    ordered_at,
    ordered_at_local

from judged
