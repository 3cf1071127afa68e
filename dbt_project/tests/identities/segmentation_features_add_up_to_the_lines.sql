-- Nothing is lost or counted twice between the order lines, the orders and the customers.
with

lines as (

    select
        coalesce(sum(case when amount > 0 and is_cancelled then 0 else amount end), 0) as net_revenue,
        coalesce(sum(case when is_counting then amount end), 0) as gross_value,
        count(*) as lines

    from {{ ref('warehouse_segmentation', 'int_segmentation__used_lines') }}

),

counted as (

    select coalesce(sum(rows), 0) as lines
    from {{ ref('warehouse_segmentation', 'input_reconciliation') }}
    where input = 'transactions'
        and outcome = 'used'

),

orders as (

    select
        coalesce(sum(gross_value), 0) as gross_value,
        coalesce(sum(orders), 0) as orders

    from {{ ref('warehouse_segmentation', 'int_segmentation__customer_orders') }}

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
    lines.lines as lines_read,
    counted.lines as lines_used

from lines
cross join orders
cross join customers
cross join counted
where lines.net_revenue <> customers.net_revenue
    or lines.gross_value <> orders.gross_value
    or orders.orders <> customers.orders
    or lines.lines <> counted.lines
