-- Question: what became of the customers who first ordered in the same quarter?
-- Grain:    one row per segmentation, quarter of the first order and segment.
with

params as (

    select
        'all' as segmentation  -- one segmentation, or all

),

customers as (

    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        customer_segments.segment_name,
        cast(date_trunc(
            'quarter', customer_segments.as_of_date - cast(features.days_since_first_order as int)
        ) as date) as first_quarter,
        features.net_revenue

    from customer_segments
    inner join customer_features as features
        on customer_segments.customer_id = features.customer_id
    cross join params
    where customer_segments.segment_id > 0
        and features.days_since_first_order is not null
        and params.segmentation in ('all', customer_segments.segmentation)

)

select
    segmentation,
    first_quarter,
    segment_id,
    segment_name,
    count(*) as customers,
    round(100 * cast(count(*) as double) / sum(count(*)) over (
        partition by segmentation, first_quarter
    ), 1) as percent_of_cohort,
    sum(net_revenue) as net_revenue,
    round(cast(sum(net_revenue) as double) / count(*), 2) as avg_net_revenue
from customers
group by
    segmentation,
    first_quarter,
    segment_id,
    segment_name
order by
    segmentation,
    first_quarter,
    segment_id
