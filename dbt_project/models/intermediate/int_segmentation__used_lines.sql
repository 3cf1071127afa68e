{{ config(materialized='view') }}
with

as_of as (

    select
        as_of_date,
        history_from_date
    from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

)

select
    lines.customer_id,
    lines.order_key,
    lines.product_id,
    lines.product_category,
    lines.channel,
    lines.quantity,
    lines.discount_amount,
    lines.amount,
    lines.is_cancelled,
    lines.amount > 0 and not lines.is_cancelled as is_counting,
    lines.ordered_date,
    lines.ordered_at_local,
    lines.order_month,
    as_of.as_of_date

from {{ ref('warehouse_segmentation', 'int_segmentation__order_lines') }} as lines
cross join as_of
where lines.reason is null
    and lines.ordered_date < as_of.as_of_date
    and lines.ordered_date >= as_of.history_from_date
