{%- set features = warehouse_segmentation.playbook_features() -%}
-- Whether segments still are what their names say: an archetype by its bounds, with the slack of a fit, and by the
-- side of everyone's mean that it claims; "the best" by what others spend; other names by the direction of their
-- words.
with

models as (

    select
        segmentation,
        model_id

    from {{ ref('warehouse_segmentation', 'segment_models') }}
    where status = 'active'

),

held as (

    select
        models.segmentation,
        segments.segment_id,
        playbook.*

    from {{ ref('warehouse_segmentation', 'int_segmentation__model_segments') }} as segments
    inner join models
        on segments.model_id = models.model_id
    inner join {{ ref('warehouse_segmentation', 'segment_playbook') }} as playbook
        on segments.archetype = playbook.archetype

),

scores as (

    select
        segmentation,
        customer_id,
        segment_id

    from {{ ref('warehouse_segmentation', 'int_segmentation__scores') }}
    where segment_id > 0
        and segmentation in (select segmentation from held)

),

-- the sampled customers as they are today, as a fit uses them
sampled as (

    select
        scores.segmentation,
        scores.segment_id,
        sample.sample_weight as weight,
        {%- for measure, feature in features.items() %}
        cast(customers.{{ feature }} as double) as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}

    from {{ ref('warehouse_segmentation', 'int_segmentation__training_sample') }} as sample
    inner join scores
        on sample.segmentation = scores.segmentation
        and sample.customer_id = scores.customer_id
    inner join {{ ref('warehouse_segmentation', 'customer_features') }} as customers
        on sample.customer_id = customers.customer_id

),

measured as (

    {%- for measure in features %}
    select
        segmentation,
        segment_id,
        weight,
        '{{ measure }}' as measure,
        {{ measure }} as value
    from sampled
    where {{ measure }} is not null
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

valued as (

    select
        segmentation,
        measure,
        value,
        sum({{ warehouse_segmentation.exact('weight') }}) as at_value

    from measured
    group by
        segmentation,
        measure,
        value

),

-- the share of customers below each value, ties counting half
places as (

    select
        segmentation,
        measure,
        value,
        cast(
            sum(at_value) over (partition by segmentation, measure order by value rows unbounded preceding) as double
        ) - cast(at_value as double) / 2 as below,
        cast(sum(at_value) over (partition by segmentation, measure) as double) as whole

    from valued

),

standing as (

    select
        measured.segmentation,
        measured.segment_id,
        measured.measure,
        sum({{ warehouse_segmentation.exact('measured.weight') }}) as weight,
        sum({{ warehouse_segmentation.exact('measured.weight * (places.below / places.whole)') }}) as below,
        sum({{ warehouse_segmentation.exact('measured.weight * measured.value') }}) as total

    from measured
    inner join places
        on measured.segmentation = places.segmentation
        and measured.measure = places.measure
        and measured.value = places.value
    group by
        measured.segmentation,
        measured.segment_id,
        measured.measure

),

everyone as (

    select
        segmentation,
        measure,
        cast(sum(total) as double) / cast(sum(weight) as double) as mean

    from standing
    group by
        segmentation,
        measure

),

-- recency runs against its feature: the most recent customers are at 1
positions as (

    select
        standing.segmentation,
        standing.segment_id,
        standing.measure,
        case when standing.measure = 'recency'
            then 1 - cast(standing.below as double) / cast(standing.weight as double)
            else cast(standing.below as double) / cast(standing.weight as double)
        end as place,
        case when standing.measure = 'recency' then -1 else 1 end
        * (cast(standing.total as double) / cast(standing.weight as double) - everyone.mean) as lead_of_mean

    from standing
    inner join everyone
        on standing.segmentation = everyone.segmentation
        and standing.measure = everyone.measure

),

bounds as (

    {%- for measure in features %}
    select
        segmentation,
        segment_id,
        archetype,
        {{ loop.index }} as position,
        '{{ measure }}' as measure,
        {{ measure }}_min as lowest,
        {{ measure }}_max as highest
    from held
    where {{ measure }}_min > 0 or {{ measure }}_max < 1
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

out_of_bounds as (

    select
        bounds.segmentation,
        bounds.segment_id,
        bounds.position,
        case
            when positions.place < bounds.lowest - 0.05
                then bounds.archetype || ' asks for a position in ' || bounds.measure || ' from '
                    || {{ warehouse_segmentation.number_text('bounds.lowest', 2) }} || ' upwards (of 0 to 1), but it is at '
                    || {{ warehouse_segmentation.number_text('positions.place', 2) }}
            when positions.place > bounds.highest + 0.05
                then bounds.archetype || ' asks for a position in ' || bounds.measure || ' up to '
                    || {{ warehouse_segmentation.number_text('bounds.highest', 2) }} || ' (of 0 to 1), but it is at '
                    || {{ warehouse_segmentation.number_text('positions.place', 2) }}
            when bounds.lowest >= 0.5 and not positions.lead_of_mean > 0
                then bounds.archetype || ' is above everyone in ' || bounds.measure || ', but its mean is not'
            when bounds.highest <= 0.5 and not positions.lead_of_mean < 0
                then bounds.archetype || ' is below everyone in ' || bounds.measure || ', but its mean is not'
        end as reason

    from bounds
    inner join positions
        on bounds.segmentation = positions.segmentation
        and bounds.segment_id = positions.segment_id
        and bounds.measure = positions.measure

),

worth as (

    select
        scores.segmentation,
        scores.segment_id,
        cast(sum(customers.net_revenue) as double) / count(*) as avg_net_revenue

    from scores
    inner join {{ ref('warehouse_segmentation', 'customer_features') }} as customers
        on scores.customer_id = customers.customer_id
    group by
        scores.segmentation,
        scores.segment_id

),

ranked as (

    select
        *,
        row_number() over (partition by segmentation order by avg_net_revenue desc, segment_id) as place

    from worth
    where avg_net_revenue is not null

),

-- an archetype described as 'the best' does not fit a segment whose customers bring less than others
surpassed as (

    select
        held.segmentation,
        held.segment_id,
        0 as position,
        held.archetype || ' are the best customers, but those of segment ' || cast(best.segment_id as string) || ' bring '
            || {{ warehouse_segmentation.number_text('best.avg_net_revenue', 2) }} || ' each, these '
            || {{ warehouse_segmentation.number_text('own.avg_net_revenue', 2) }} as reason

    from held
    inner join worth as own
        on held.segmentation = own.segmentation
        and held.segment_id = own.segment_id
    inner join ranked as best
        on held.segmentation = best.segmentation
    where best.place = 1
        and best.avg_net_revenue > own.avg_net_revenue
        and lower(held.description) like 'the best %'

),

-- A difference of the prepared values that the means do not show does not count, as in naming.
contradicted as (

    select
        profiles.segmentation,
        profiles.segment_id,
        profiles.position,
        case
            when claims.claim = 0 then 'It was named typical, but is far from everyone in ' || replace(profiles.feature, '_', ' ')
            else 'It was named for ' || case when claims.claim > 0 then 'high ' else 'low ' end
                || replace(profiles.feature, '_', ' ') || ', which is no longer true: '
                || {{ warehouse_segmentation.short_number_text('profiles.mean') }} || ' on average, everyone '
                || {{ warehouse_segmentation.short_number_text('profiles.population_mean') }}
        end as reason

    from {{ ref('warehouse_segmentation', 'segment_feature_profiles') }} as profiles
    inner join models
        on profiles.segmentation = models.segmentation
    inner join {{ ref('warehouse_segmentation', 'int_segmentation__model_centroids') }} as claims
        on models.model_id = claims.model_id
        and profiles.segment_id = claims.segment_id
        and profiles.position = claims.position
    where sign(profiles.mean - profiles.population_mean) = sign(profiles.z_score)
        and (
            (claims.claim > 0 and profiles.z_score < 0)
            or (claims.claim < 0 and profiles.z_score > 0)
            or (claims.claim = 0 and abs(profiles.z_score) > 0.8)
        )

),

found as (

    select * from surpassed
    union all
    select * from out_of_bounds
    where reason is not null
    union all
    select * from contradicted

),

first_found as (

    select
        *,
        row_number() over (partition by segmentation, segment_id order by position, reason) as place

    from found

)

select
    cast(segmentation as string) as segmentation,
    cast(segment_id as int) as segment_id,
    cast(reason || '.' as string) as reason

from first_found
where place = 1
