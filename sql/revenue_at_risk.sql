-- Question: how much revenue is at risk, because customers who used to order are overdue?
-- Grain:    one row per segmentation and segment that has customers, the most revenue at risk first.
with

params as (

    select
        2.0 as times_overdue  -- days since the last order over the customer's usual days between orders

),

customers as (

    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        customer_segments.segment_name,
        features.net_revenue,
        -- for customers of less than a year, the revenue so far
        cast(
            features.net_revenue * 365 / greatest(features.days_since_first_order, 365) as decimal(18, 4)
        ) as net_revenue_a_year,
        -- a customer with one order has no usual time between orders, so is never overdue
        case
            when features.days_since_last_order
                > params.times_overdue * features.avg_days_between_orders then 1
            else 0
        end as overdue

    from customer_segments
    inner join customer_features as features
        on customer_segments.customer_id = features.customer_id
    cross join params
    where customer_segments.segment_id > 0

),

summed as (

    select
        segmentation,
        segment_id,
        segment_name,
        count(*) as customers,
        cast(sum(overdue) as bigint) as overdue_customers,
        sum(net_revenue) as net_revenue,
        sum(case when overdue = 1 then net_revenue else 0 end) as net_revenue_of_overdue,
        sum(case when overdue = 1 then net_revenue_a_year else 0 end) as revenue_a_year_at_risk

    from customers
    group by
        segmentation,
        segment_id,
        segment_name

)

select
    segmentation,
    segment_id,
    segment_name,
    customers,
    overdue_customers,
    round(100 * cast(overdue_customers as double) / customers, 1) as percent_overdue,
    cast(net_revenue as decimal(18, 2)) as net_revenue,
    cast(net_revenue_of_overdue as decimal(18, 2)) as net_revenue_of_overdue,
    cast(revenue_a_year_at_risk as decimal(18, 2)) as revenue_a_year_at_risk
from summed
order by
    segmentation,
    revenue_a_year_at_risk desc nulls last,
    segment_id
