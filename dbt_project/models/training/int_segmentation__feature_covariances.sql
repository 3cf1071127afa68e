with

compared as (

    select
        segmentation,
        customer_id,
        position,
        value

    from {{ ref('warehouse_segmentation', 'int_segmentation__sample_values') }}
    where is_compared

),

means as (

    select
        segmentation,
        position,
        cast(sum({{ warehouse_segmentation.exact('value') }}) as double) / count(*) as mean

    from compared
    group by
        segmentation,
        position

),

products as (

    select
        one.segmentation,
        one.position,
        other.position as other_position,
        count(*) as customers,
        cast(sum({{ warehouse_segmentation.exact('one.value * other.value') }}) as double) / count(*) as mean_product

    from compared as one
    inner join compared as other
        on one.segmentation = other.segmentation
        and one.customer_id = other.customer_id
        and one.position <= other.position
    group by
        one.segmentation,
        one.position,
        other.position

),

covariances as (

    select
        products.segmentation,
        products.position,
        products.other_position,
        products.customers,
        products.mean_product - means.mean * other_means.mean as covariance

    from products
    inner join means
        on products.segmentation = means.segmentation
        and products.position = means.position
    inner join means as other_means
        on products.segmentation = other_means.segmentation
        and products.other_position = other_means.position

)

-- both orders, so that a query need not know which of two comes first
select
    segmentation,
    cast(position as int) as position,
    cast(other_position as int) as other_position,
    cast(customers as bigint) as customers,
    covariance

from covariances
union all
select
    segmentation,
    cast(other_position as int) as position,
    cast(position as int) as other_position,
    cast(customers as bigint) as customers,
    covariance

from covariances
where position < other_position
