-- Question: who are our customers, and where does the revenue come from?
-- Grain:    one row per segmentation and segment that has customers.
select
    profiles.segmentation,
    profiles.segment_id,
    profiles.segment_name,
    profiles.customers,
    round(100 * profiles.customer_share, 1) as percent_of_customers,
    round(100 * profiles.revenue_share, 1) as percent_of_revenue,
    round(profiles.avg_net_revenue, 2) as avg_net_revenue,
    round(profiles.avg_orders, 1) as avg_orders,
    round(profiles.avg_days_since_last_order, 0) as avg_days_since_last_order,
    segments.description
from segment_profiles as profiles
inner join segments
    on profiles.segment_key = segments.segment_key
where profiles.customers > 0
order by
    profiles.segmentation,
    profiles.revenue_share desc nulls last,
    profiles.segment_id
