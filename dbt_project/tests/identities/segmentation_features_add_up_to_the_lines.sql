-- Nothing is lost or counted twice between the order lines, the orders and the customers.
with

lines as (

    select
        coalesce(sum(net_value), 0) as net_revenue,
        coalesce(sum(gross_value), 0) as gross_value,
        coalesce(sum(lines), 0) as lines

    from {{ ref('warehouse_segmentation', 'int_segmentation__order_days') }}

),

counted as (

    select coalesce(sum(lines), 0) as lines
    from {{ ref('warehouse_segmentation', 'int_segmentation__transaction_months') }}
    where counted = 'reason'
        and value = 'used'

),

orders as (

    select
        coalesce(sum(gross_value), 0) as gross_value,
        coalesce(sum(case when is_counting then 1 else 0 end), 0) as orders

    from {{ ref('warehouse_segmentation', 'int_segmentation__orders') }}

),

customers as (

    select
        coalesce(sum(net_revenue), 0) as net_revenue,
        coalesce(sum(orders), 0) as orders

    from {{ ref('warehouse_segmentation', 'customer_features') }}

)

select
    lines.net_revenue as net_revenue_of_lines,
    customers.net_revenue as net_revenue_of_customers,
    lines.gross_value as gross_value_of_lines,
    orders.gross_value as gross_value_of_orders,
    orders.orders as orders_of_orders,
    customers.orders as orders_of_customers,
    lines.lines as lines_of_orders,
    counted.lines as lines_used

from lines
cross join orders
cross join customers
cross join counted
where lines.net_revenue <> customers.net_revenue
    or lines.gross_value <> orders.gross_value
    or orders.orders <> customers.orders
    or lines.lines <> counted.lines
