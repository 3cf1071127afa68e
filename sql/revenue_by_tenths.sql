-- Question: how much of the revenue comes from our best customers?
-- Grain:    one row per tenth of the customers who ordered, the one worth most first.
with

ranked as (

    select
        customer_id,
        net_revenue,
        orders,
        ntile(10) over (order by net_revenue desc nulls last, customer_id) as tenth

    from customer_features
    where orders > 0

),

summed as (

    select
        tenth,
        count(*) as customers,
        min(net_revenue) as smallest_net_revenue,
        max(net_revenue) as largest_net_revenue,
        sum(net_revenue) as net_revenue,
        round(avg(orders), 1) as avg_orders

    from ranked
    group by tenth

)

select
    tenth,
    customers,
    smallest_net_revenue,
    largest_net_revenue,
    net_revenue,
    round(100 * cast(net_revenue as double) / nullif(sum(net_revenue) over (), 0), 1) as percent_of_revenue,
    round(100 * cast(sum(net_revenue) over (
        order by tenth
        rows between unbounded preceding and current row
    ) as double) / nullif(sum(net_revenue) over (), 0), 1) as percent_so_far,
    avg_orders
from summed
order by tenth
