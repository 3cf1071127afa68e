{{ config(materialized='view') }}
select
    customer_id,
    order_key,
    sum(amount) as gross_value,
    min(lower(channel)) as channel,
    cast(min(ordered_at_local) as date) as ordered_date,
    min(ordered_at_local) as ordered_at_local

-- An order whose lines are of several days, or months, is one order. Of the lines those that count: an order without
-- one does not count, and the others have no part in what is told of it.
from {{ ref('warehouse_segmentation', 'int_segmentation__used_lines') }}
where is_counting
group by
    customer_id,
    order_key
