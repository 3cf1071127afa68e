-- Within a segmentation the profiles add up to all customers and all revenue, the shares to 1.
-- Where there is no revenue at all, its share is NULL.
with

whole as (

    select
        count(*) as customers,
        coalesce(sum(net_revenue), 0) as net_revenue,
        coalesce(sum(net_revenue_last_365d), 0) as net_revenue_last_365d

    from {{ ref('warehouse_segmentation', 'customer_features') }}

),

profiles as (

    select
        segmentation,
        sum(customers) as customers,
        sum(net_revenue) as net_revenue,
        sum(net_revenue_last_365d) as net_revenue_last_365d,
        sum(customer_share) as customer_share,
        sum(revenue_share) as revenue_share

    from {{ ref('warehouse_segmentation', 'segment_profiles') }}
    group by segmentation

)

select
    profiles.*,
    whole.customers as all_customers,
    whole.net_revenue as all_net_revenue,
    whole.net_revenue_last_365d as all_net_revenue_last_365d

from profiles
cross join whole
where profiles.customers <> whole.customers
    or profiles.net_revenue <> whole.net_revenue
    or profiles.net_revenue_last_365d <> whole.net_revenue_last_365d
    or (whole.customers > 0 and not coalesce(abs(profiles.customer_share - 1) < 1e-9, false))
    or (whole.net_revenue <> 0 and not coalesce(abs(profiles.revenue_share - 1) < 1e-9, false))
    or (whole.net_revenue = 0 and profiles.revenue_share is not null)
