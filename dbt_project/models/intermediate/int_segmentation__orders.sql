with

lines as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__order_lines') }}
    where reason is null

),

orders as (

    select
        customer_id,
        order_id,
        count(*) as lines,
        max(case when is_counting then 1 else 0 end) = 1 as is_counting,
        sum(case when is_counting then amount else 0 end) as gross_value,
        sum(case when amount < 0 or not is_cancelled then amount else 0 end) as net_value,
        sum(case when amount > 0 and is_cancelled then amount else 0 end) as cancelled_value,
        sum(case when amount < 0 then -amount else 0 end) as returned_value,
        sum(case when is_counting then quantity end) as units,

        -- the first line that counts dates the order; without one, its first line
        coalesce(min(case when is_counting then ordered_date end), min(ordered_date)) as ordered_date

    from lines
    group by customer_id, order_id

)

select * from orders
