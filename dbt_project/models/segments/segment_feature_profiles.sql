with

moments as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__segment_moments') }}

),

features as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}

),

-- all segments together
whole as (

    select
        segmentation,
        position,
        sum(customers) as customers,
        sum(known_customers) as known_customers,
        sum(total) as total,
        sum(prepared_total) as prepared_total,
        sum(prepared_total_of_squares) as prepared_total_of_squares

    from moments
    group by
        segmentation,
        position

),

-- a segment beside everyone else, in one row
compared as (

    select
        moments.segmentation,
        moments.segment_id,
        moments.position,
        cast(moments.customers as double) as own_customers,
        cast(whole.customers - moments.customers as double) as other_customers,
        cast(moments.prepared_total as double) / moments.customers as own_mean,
        cast(whole.prepared_total - moments.prepared_total as double) / nullif(whole.customers - moments.customers, 0) as other_mean,
        cast(moments.prepared_total_of_squares as double) as own_squares,
        cast(whole.prepared_total_of_squares - moments.prepared_total_of_squares as double) as other_squares

    from moments
    inner join whole
        on moments.segmentation = whole.segmentation
        and moments.position = whole.position

),

-- the squared standard error of each mean
errors as (

    select
        *,
        greatest(0, own_squares / own_customers - own_mean * own_mean) / nullif(own_customers - 1, 0) as own_error,
        greatest(0, other_squares / nullif(other_customers, 0) - other_mean * other_mean) / nullif(other_customers - 1, 0) as other_error

    from compared

),

-- Welch's t and its degrees of freedom; a difference that rounding makes is none
tested as (

    select
        segmentation,
        segment_id,
        position,
        case when own_error + other_error > 1e-20 then abs(own_mean - other_mean) / sqrt(own_error + other_error) end as t,
        case when own_error + other_error > 1e-20 then
            (own_error + other_error) * (own_error + other_error)
            / (own_error * own_error / (own_customers - 1) + other_error * other_error / (other_customers - 1))
        end as degrees_of_freedom,
        case when own_error + other_error <= 1e-20 then case when abs(own_mean - other_mean) > 1e-9 then 0.0e0 else 1.0e0 end end as certain

    from errors

),

judged as (

    select
        segmentation,
        segment_id,
        position,
        certain,
        {{ warehouse_segmentation.t_deviate('t', 'degrees_of_freedom') }} as deviate

    from tested

),

measured as (

    select
        moments.segmentation,
        moments.segment_id,
        features.position,
        features.label as feature,
        features.kind,
        -- the share of a level comes back from its standardised form
        case when features.kind = 'numeric'
            then cast(moments.total as double) / nullif(moments.known_customers, 0)
            else cast(moments.prepared_total as double) / moments.customers / sqrt(features.weight) * features.standard_deviation + features.mean
        end as mean,
        case when features.kind = 'numeric' then moments.known_customers else moments.customers end as known_customers,
        cast(moments.total_of_squares as double) / nullif(moments.known_customers, 0) as mean_square,
        moments.median,
        moments.p10,
        moments.p90,
        case when features.kind = 'numeric'
            then cast(whole.total as double) / nullif(whole.known_customers, 0)
            else cast(whole.prepared_total as double) / whole.customers / sqrt(features.weight) * features.standard_deviation + features.mean
        end as population_mean,
        cast(moments.prepared_total as double) / moments.customers - cast(whole.prepared_total as double) / whole.customers as x_difference,
        sqrt(greatest(0, cast(whole.prepared_total_of_squares as double) / whole.customers
            - (cast(whole.prepared_total as double) / whole.customers) * (cast(whole.prepared_total as double) / whole.customers))) as x_deviation,
        -- 0 where everyone is in the segment, with nobody left to compare with
        1 - cast(moments.customers as double) / whole.customers as other_share,
        coalesce(judged.certain, {{ warehouse_segmentation.two_sided_probability('judged.deviate') }}) as p_value

    from moments
    inner join whole
        on moments.segmentation = whole.segmentation
        and moments.position = whole.position
    inner join features
        on moments.model_id = features.model_id
        and moments.position = features.position
    inner join judged
        on moments.segmentation = judged.segmentation
        and moments.segment_id = judged.segment_id
        and moments.position = judged.position

),

profiled as (

    select
        segmentation,
        segment_id,
        feature,
        position,
        known_customers,
        mean,
        case when kind = 'numeric'
            then sqrt(greatest(0, mean_square - mean * mean))
            else sqrt(greatest(0, mean * (1 - mean)))
        end as standard_deviation,
        median,
        p10,
        p90,
        population_mean,
        coalesce(x_difference / nullif(x_deviation, 0), 0) as z_score,
        coalesce(x_difference / nullif(x_deviation, 0), 0) / nullif(other_share, 0) as effect_size,
        mean / nullif(population_mean, 0) as lift,
        least(1, p_value) as p_value

    from measured

)

select
    cast(segmentation as string) as segmentation,
    cast({{ warehouse_segmentation.segment_key('segmentation', 'segment_id') }} as string) as segment_key,
    cast(segment_id as int) as segment_id,
    cast(feature as string) as feature,
    cast(position as int) as position,
    cast(known_customers as bigint) as known_customers,
    cast(mean as double) as mean,
    cast(standard_deviation as double) as standard_deviation,
    cast(median as double) as median,
    cast(p10 as double) as p10,
    cast(p90 as double) as p90,
    cast(population_mean as double) as population_mean,
    cast(z_score as double) as z_score,
    cast(effect_size as double) as effect_size,
    cast(lift as double) as lift,
    cast(p_value as double) as p_value,
    -- all comparisons of the segmentation are made at once, so each needs a smaller probability
    cast(coalesce(p_value * count(*) over (partition by segmentation) < 0.05, false) as boolean) as is_significant,
    cast(row_number() over (
        partition by segmentation, segment_id
        order by abs(z_score) desc, position
    ) as bigint) as distinctiveness_rank

from profiled
