{%- set types = warehouse_segmentation.input_types('transactions') -%}
{%- set has_line_id = 'line_id' in warehouse_segmentation.input_expressions('transactions') -%}
{%- set transactions = ref('warehouse_segmentation', 'stg_segmentation__transactions') -%}
{%- set replaced_from = warehouse_segmentation.replaced_from() -%}
{%- set is_read = warehouse_segmentation.lines_since(replaced_from, or_undated=true) if replaced_from else 'true' -%}
{#- The first of a repeated line may be older than what is read. It seldom is, and then all are looked at. -#}
{%- set older_repeat = replaced_from and has_line_id and warehouse_segmentation.has_older_lines(transactions, is_read, replaced_from) -%}
{%- set is_compared = 'true' if older_repeat else is_read -%}
{%- set may_repeat = older_repeat or (has_line_id and warehouse_segmentation.has_repeated_line_ids(transactions, is_read)) %}

with

as_of as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

{%- if may_repeat %}

-- Few lines stand there twice. Their keys are found first, so that only those lines are put in
-- order; the input is named each time because a shared CTE would be held in memory whole.
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
            row_number() over (
                partition by lines.order_id, lines.line_id
                order by
                    case when lines.reject_reason is null then 0 else 1 end,
                    lines.ordered_at,
                    lines.amount,
                    lines.customer_id,
                    lines.product_id,
                    lines.product_category,
                    lines.channel,
                    lines.status,
                    lines.quantity,
                    lines.discount_amount
            )
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
            when lines.ordered_date >= as_of.as_of_date then 'future_date'
            when lines.ordered_date < as_of.history_from_date then 'before_lookback'
        end as reason

    from lines
    cross join as_of

)

select
    order_id,
    customer_id,
    product_id,
    product_category,
    channel,
    quantity,
    discount_amount,
    amount,
    is_cancelled,
    amount > 0 and not is_cancelled as is_counting,
    reason,
    case when reason is null then value_reason end as value_reason,
    -- written here, of the few rows that need it: a column of the staging view would be made for all
    case when reason is not null or value_reason is not null then
        {{ warehouse_segmentation.record_text({
            'order_id': 'order_id', 'line_id': 'line_id', 'customer_id': 'customer_id', 'product_id': 'product_id',
            'quantity': 'quantity_given', 'unit_price': 'unit_price_given', 'discount_amount': 'discount_amount_given',
            'amount': 'amount_given', 'is_return': 'is_return_given', 'status': 'status', 'ordered_at': 'ordered_at_given'}, types) }}
    end as record,
    ordered_date,
    {{ warehouse_segmentation.order_month('ordered_date', 'is_rolling') }} as order_month,
    ordered_at_local

from judged
