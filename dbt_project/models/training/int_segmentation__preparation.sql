{%- set specs = warehouse_segmentation.training_specs() -%}
{%- set sample = ref('warehouse_segmentation', 'int_segmentation__training_customers') -%}
{%- set used = warehouse_segmentation.sampled_features(specs) -%}
{%- set branches = [] -%}

with

{% for spec in specs -%}
{%- set s = loop.index -%}
{%- set numeric = spec.features | selectattr('kind', 'equalto', 'numeric') | list -%}
{%- set categories = spec.features | selectattr('kind', 'equalto', 'category') | list -%}
sample_{{ s }} as (

    select * from {{ sample }}
    where segmentation = '{{ spec.name }}'

),
{%- if numeric %}
{%- do branches.append('numeric_' ~ s) %}

known_{{ s }} as (

    select
        count(*) as customers
        {%- for feature in numeric %},
        count({{ warehouse_segmentation.sampled_value(feature, used) }}) as known_{{ loop.index }},
        {%- if feature.impute == 'median' %}
        percentile_cont(0.5) within group (order by {{ warehouse_segmentation.sampled_value(feature, used) }}) as impute_{{ loop.index }}
        {%- else %}
        cast({{ 0 if feature.impute == 'zero' else feature.impute }} as double) as impute_{{ loop.index }}
        {%- endif %}
        {%- endfor %}

    from sample_{{ s }}

),

imputed_{{ s }} as (

    select
        {%- for feature in numeric %}
        coalesce({{ warehouse_segmentation.sampled_value(feature, used) }}, impute_{{ loop.index }}) as value_{{ loop.index }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from sample_{{ s }}
    cross join known_{{ s }}

),

bounds_{{ s }} as (

    select
        {%- for feature in numeric %}
        {%- if feature.winsor is none %}
        min(value_{{ loop.index }}) as lower_{{ loop.index }},
        max(value_{{ loop.index }}) as upper_{{ loop.index }}
        {%- else %}
        percentile_cont({{ feature.winsor[0] }}) within group (order by value_{{ loop.index }}) as lower_{{ loop.index }},
        percentile_cont({{ feature.winsor[1] }}) within group (order by value_{{ loop.index }}) as upper_{{ loop.index }}
        {%- endif %}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from imputed_{{ s }}

),

-- Moments are summed as decimals of the position between the two bounds (0 to 1): exact, whatever the number of
-- threads, and safe from overflow, whatever the unit.
extents_{{ s }} as (

    select
        *
        {%- for feature in numeric %},
        {{ warehouse_segmentation.transformed('lower_' ~ loop.index, feature.transform) }} as low_{{ loop.index }},
        {{ warehouse_segmentation.transformed('upper_' ~ loop.index, feature.transform) }} as high_{{ loop.index }}
        {%- endfor %}

    from bounds_{{ s }}

),

places_{{ s }} as (

    select
        {%- for feature in numeric %}
        {%- set clipped = 'least(greatest(value_' ~ loop.index ~ ', lower_' ~ loop.index ~ '), upper_' ~ loop.index ~ ')' %}
        coalesce(({{ warehouse_segmentation.transformed(clipped, feature.transform) }} - low_{{ loop.index }})
            / nullif(high_{{ loop.index }} - low_{{ loop.index }}, 0), 0) as place_{{ loop.index }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from imputed_{{ s }}
    cross join extents_{{ s }}

),

means_{{ s }} as (

    select
        {%- for feature in numeric %}
        cast(sum(cast(place_{{ loop.index }} as decimal(38, 18))) as double) / nullif(count(*), 0) as mean_{{ loop.index }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from places_{{ s }}

),

deviations_{{ s }} as (

    select
        {%- for feature in numeric %}
        sqrt(cast(sum(cast((place_{{ loop.index }} - mean_{{ loop.index }}) * (place_{{ loop.index }} - mean_{{ loop.index }}) as decimal(38, 18))) as double)
            / nullif(count(*), 0)) as deviation_{{ loop.index }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from places_{{ s }}
    cross join means_{{ s }}

),

numeric_{{ s }} as (

    {%- for feature in numeric %}
    select
        '{{ spec.name }}' as segmentation,
        {{ spec.features.index(feature) + 1 }} as feature_position,
        1 as level_position,
        {{ warehouse_segmentation.text_literal(feature.name) }} as label,
        {{ warehouse_segmentation.text_literal(feature.name) }} as feature,
        'numeric' as kind,
        cast(null as string) as level_kind,
        cast(null as string) as level,
        '{{ feature.transform }}' as transform,
        cast({{ feature.weight }} as double) as weight,
        impute_{{ loop.index }} as impute_value,
        {{ 'cast(null as double)' if feature.winsor is none else 'lower_' ~ loop.index }} as lower_bound,
        {{ 'cast(null as double)' if feature.winsor is none else 'upper_' ~ loop.index }} as upper_bound,
        low_{{ loop.index }} + mean_{{ loop.index }} * (high_{{ loop.index }} - low_{{ loop.index }}) as mean,
        -- a constant feature is left at 0, as standardising by 1 does
        coalesce(nullif(deviation_{{ loop.index }} * (high_{{ loop.index }} - low_{{ loop.index }}), 0), 1) as standard_deviation,
        known_{{ loop.index }} as known_customers,
        customers as sampled_customers

    from known_{{ s }}
    cross join extents_{{ s }}
    cross join means_{{ s }}
    cross join deviations_{{ s }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),
{%- endif %}
{%- for feature in categories %}
{%- set c = s ~ '_' ~ loop.index %}
{%- do branches.append('category_' ~ c) %}

counts_{{ c }} as (

    select
        {{ warehouse_segmentation.sampled_value(feature, used) }} as level,
        count(*) as customers

    from sample_{{ s }}
    group by 1

),

totals_{{ c }} as (

    select
        sum(customers) as sampled_customers,
        sum(case when level is not null then customers else 0 end) as known_customers

    from counts_{{ c }}

),

-- levels under 1 % are pooled; those never seen will fall into the same pool
pooled_{{ c }} as (

    select
        case when customers * 100 < sampled_customers then 'other' when level is null then 'missing' else 'level' end as level_kind,
        case when customers * 100 < sampled_customers then null else level end as level,
        sum(customers) as customers,
        max(sampled_customers) as sampled_customers,
        max(known_customers) as known_customers

    from counts_{{ c }}
    cross join totals_{{ c }}
    group by 1, 2

),

-- one scale for all levels of a feature, so that together they have a variance of 1
scale_{{ c }} as (

    select
        sqrt(1 - cast(sum(customers * customers) as double)
            / (cast(max(sampled_customers) as double) * cast(max(sampled_customers) as double))) as scale

    from pooled_{{ c }}

),

category_{{ c }} as (

    select
        '{{ spec.name }}' as segmentation,
        {{ spec.features.index(feature) + 1 }} as feature_position,
        row_number() over (
            order by case level_kind when 'level' then 1 when 'missing' then 2 else 3 end, level
        ) as level_position,
        {{ warehouse_segmentation.text_literal(feature.name ~ ': ') }}
            || case level_kind when 'level' then level when 'missing' then '(missing)' else '(other)' end as label,
        {{ warehouse_segmentation.text_literal(feature.name) }} as feature,
        'category' as kind,
        level_kind,
        level,
        'none' as transform,
        cast({{ feature.weight }} as double) as weight,
        cast(null as double) as impute_value,
        cast(null as double) as lower_bound,
        cast(null as double) as upper_bound,
        cast(customers as double) / sampled_customers as mean,
        coalesce(nullif(scale, 0), 1) as standard_deviation,
        known_customers,
        sampled_customers

    from pooled_{{ c }}
    cross join scale_{{ c }}

),
{%- endfor %}

{% endfor -%}

stacked as (

    {%- for branch in branches %}
    select * from {{ branch }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

-- a feature without any value is left out
placed as (

    select
        *,
        case when known_customers > 0 then
            row_number() over (
                partition by segmentation, case when known_customers > 0 then 1 else 0 end
                order by feature_position, level_position
            )
        end as position

    from stacked

)

select
    cast(segmentation as string) as segmentation,
    cast(position as int) as position,
    cast(feature_position as int) as feature_position,
    cast(label as string) as label,
    cast(feature as string) as feature,
    cast(kind as string) as kind,
    cast(level_kind as string) as level_kind,
    cast(level as string) as level,
    cast(transform as string) as transform,
    weight,
    impute_value,
    lower_bound,
    upper_bound,
    mean,
    standard_deviation,
    cast(known_customers as bigint) as known_customers,
    cast(sampled_customers as bigint) as sampled_customers

from placed
