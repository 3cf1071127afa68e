{{ config(materialized='view') }}
select
    customer_id,
    order_key,
    sum(amount) as gross_value,
    min(lower(channel)) as channel,
    cast(min(ordered_at_local) as date) as ordered_date,
    min(ordered_at_local) as ordered_at_local

-- An order with lines on several days, or in several months, is one order. Only the lines that count are used: an
-- order without one does not count, and other lines do not contribute to it.
from {{ ref('warehouse_segmentation', 'int_segmentation__used_lines') }}
where is_counting
group by
    customer_id,
    order_key
