-- Every customer is in one bin of each feature, and the next bin begins where one ends.
with

customers as (

    select count(*) as customers
    from {{ ref('warehouse_segmentation', 'customer_features') }}

),

bins as (

    select
        *,
        lead(bin_lower) over (partition by feature order by bin) as next_lower,
        lead(bin) over (partition by feature order by bin) as next_bin

    from {{ ref('warehouse_segmentation', 'feature_distributions') }}

),

added as (

    select
        feature,
        sum(customers) as customers,
        count(case when next_lower <> bin_upper then 1 end) as gaps,
        count(case when next_bin <> bin + 1 then 1 end) as holes

    from bins
    group by feature

)

select
    added.feature,
    added.customers,
    customers.customers as all_customers,
    added.gaps,
    added.holes

from added
cross join customers
where added.customers <> customers.customers
    or added.gaps > 0
    or added.holes > 0
