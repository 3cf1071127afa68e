-- The effects of all features add up to the difference of the squared distances. The view computes everything again,
-- so a sample of customers is tested.
with

customers as (

    select count(*) as customers
    from {{ ref('warehouse_segmentation', 'customer_features') }}

),

sampled as (

    select
        customer_segments.segmentation,
        customer_segments.customer_id,
        customer_segments.distance,
        customer_segments.second_distance

    from {{ ref('warehouse_segmentation', 'customer_segments') }} as customer_segments
    cross join customers
    where customer_segments.second_segment_id is not null
        and {{ warehouse_segmentation.hash_uniform(var('seed'), 'customer_segments.customer_id') }} < 2000.0e0 / customers.customers

),

explained as (

    select
        sampled.segmentation,
        sampled.customer_id,
        max(sampled.second_distance * sampled.second_distance) as second_square,
        max(sampled.distance * sampled.distance) as square,
        sum(reasons.effect) as effects

    from sampled
    left join {{ ref('warehouse_segmentation', 'customer_segment_reasons') }} as reasons
        on sampled.segmentation = reasons.segmentation
        and sampled.customer_id = reasons.customer_id
    group by
        sampled.segmentation,
        sampled.customer_id

)

select *
from explained
where not coalesce(abs(second_square - square - effects) <= 1e-9 * greatest(1, second_square), false)
