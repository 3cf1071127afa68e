{{ config(materialized='view') }}
with

-- An order whose lines are of several days, or months, is one order.
orders as (

    select
        customer_id,
        order_key,
        sum(case when is_counting then amount end) as gross_value,
        min(case when is_counting then lower(channel) end) as channel,
        min(case when is_counting then ordered_at_local end) as counting_at_local,
        min(ordered_at_local) as first_at_local

    from {{ ref('warehouse_segmentation', 'int_segmentation__used_lines') }}
    group by
        customer_id,
        order_key

)

select
    customer_id,
    order_key,
    gross_value is not null as is_counting,
    coalesce(gross_value, 0) as gross_value,
    channel,

    -- the first line that counts dates the order; without one, its first line
    cast(coalesce(counting_at_local, first_at_local) as date) as ordered_date,
    coalesce(counting_at_local, first_at_local) as ordered_at_local

from orders
