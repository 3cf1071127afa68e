{%- set features = warehouse_segmentation.explored_features() | selectattr('kind', 'equalto', 'numeric') | list -%}
{%- set positions = features | map(attribute='position') | list -%}
{%- set sample_size = [var('sample_size'), 5000] | min -%}
{%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}

with

totals as (

    select count(*) as customers
    from {{ customers }}

),

sampled as (

    select
        row_number() over (order by customers.customer_id) as customer,
        {{ warehouse_segmentation.hash_uniform(var('seed'), 'customers.customer_id') }} as customer_hash
        {%- for feature in features %},
        {{ warehouse_segmentation.feature_value(feature.name, 'numeric', 'customers.') }} as value_{{ feature.position }}
        {%- endfor %}

    from {{ customers }} as customers
    cross join totals
    where {{ warehouse_segmentation.in_sample(sample_size, 'totals.customers', 'customers.customer_id') }}

),

features as (
{{ warehouse_segmentation.feature_rows(features) }}
),

stacked as (

    select
        features.position,
        features.feature,
        sampled.customer,
        sampled.customer_hash,
        {{- warehouse_segmentation.of_position('value', positions) }} as value

    from sampled
    cross join features

),

-- standardised, so that their sums as decimals neither overflow nor lose small values
standardised as (

    select
        stacked.position,
        stacked.customer,
        stacked.customer_hash,
        stacked.value,
        (0.5e0 * stacked.value - 0.5e0 * statistics.mean) / nullif(0.5e0 * statistics.standard_deviation, 0) as z

    from stacked
    inner join {{ ref('warehouse_segmentation', 'feature_statistics') }} as statistics
        on stacked.feature = statistics.feature
    where stacked.value is not null

),

-- A pair's ranks are among the customers who have both features. Features that the same customers have share these
-- ranks, so each such group of customers is ranked once, under the number of its first feature; the sum of random
-- numbers distinguishes the groups.
known as (

    select
        position,
        count(*) as customers,
        count(z) as varying_customers,
        sum(cast(customer_hash as decimal(38, 18))) as signature

    from standardised
    group by position

),

customer_groups as (

    select
        position,
        min(position) over (partition by customers, signature) as customer_group

    from known

),

members as (

    select
        customer_groups.customer_group,
        standardised.customer

    from standardised
    inner join customer_groups
        on standardised.position = customer_groups.customer_group
        and customer_groups.position = customer_groups.customer_group

),

-- twice the rank; equal values share the mean of their ranks, which is half of the first plus the last, so twice the
-- rank is whole
ranked as (

    select
        standardised.position,
        standardised.customer,
        standardised.z,
        customer_groups.customer_group as own_group,
        members.customer_group as ranked_group,
        rank() over (partition by standardised.position, members.customer_group order by standardised.value)
            + count(*) over (partition by standardised.position, members.customer_group order by standardised.value) as double_rank

    from standardised
    inner join customer_groups
        on standardised.position = customer_groups.position
    inner join members
        on standardised.customer = members.customer

),

paired as (

    select
        one.position,
        other.position as other_position,
        one.z as z_one,
        other.z as z_other,
        one.double_rank as rank_one,
        other.double_rank as rank_other

    from ranked as one
    inner join ranked as other
        on one.customer = other.customer
        and one.ranked_group = other.own_group
        and one.own_group = other.ranked_group
        and one.position < other.position

),

summed as (

    select
        position,
        other_position,
        count(*) as customers,
        {%- for name, expression in {'x': 'z_one', 'y': 'z_other', 'xx': 'z_one * z_one', 'yy': 'z_other * z_other', 'xy': 'z_one * z_other'}.items() %}
        cast(sum(cast({{ expression }} as decimal(38, 18))) as double) / count(*) as {{ name }},
        {%- endfor %}
        -- the mean of twice the ranks is one more than their number
        cast(sum(rank_one * rank_one) as double) / count(*) - (count(*) + 1.0e0) * (count(*) + 1.0e0) as rank_xx,
        cast(sum(rank_other * rank_other) as double) / count(*) - (count(*) + 1.0e0) * (count(*) + 1.0e0) as rank_yy,
        cast(sum(rank_one * rank_other) as double) / count(*) - (count(*) + 1.0e0) * (count(*) + 1.0e0) as rank_xy

    from paired
    group by
        position,
        other_position

),

-- a feature that varies by less than rounding is constant among the customers of the pair
correlated as (

    select
        position,
        other_position,
        customers,
        case when xx - x * x > 1e-12 and yy - y * y > 1e-12
            then (xy - x * y) / sqrt((xx - x * x) * (yy - y * y))
        end as pearson,
        case when rank_xx > 0 and rank_yy > 0
            then rank_xy / sqrt(rank_xx * rank_yy)
        end as spearman

    from summed

),

-- both orders, and each feature with itself, for a matrix in a BI tool
mirrored as (

    select
        case when sides.is_swapped then correlated.other_position else correlated.position end as position,
        case when sides.is_swapped then correlated.position else correlated.other_position end as other_position,
        correlated.customers,
        correlated.pearson,
        correlated.spearman
    from correlated
    cross join (values (false), (true)) as sides (is_swapped)
    union all
    select
        position,
        position as other_position,
        customers,
        case when varying_customers > 0 then 1.0e0 end,
        case when varying_customers > 0 then 1.0e0 end
    from known

),

joined as (

    select
        features.feature,
        others.feature as other_feature,
        coalesce(mirrored.customers, 0) as customers,
        mirrored.pearson,
        mirrored.spearman

    from features
    cross join features as others
    left join mirrored
        on features.position = mirrored.position
        and others.position = mirrored.other_position

)

select
    cast(feature as string) as feature,
    cast(other_feature as string) as other_feature,
    cast(customers as bigint) as customers,
    {%- for name in ['pearson', 'spearman'] %}
    -- rounding may exceed the range in the last digit
    cast(case when {{ name }} > 1 then 1 when {{ name }} < -1 then -1 else {{ name }} end as double) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}

from joined
