{%- set specs = warehouse_segmentation.training_specs() -%}

with

asked as (

    {%- for spec in specs %}
    {%- set json = warehouse_segmentation.spec_json(spec) %}
    select
        {{ loop.index }} as position,
        '{{ spec.name }}' as segmentation,
        {{ warehouse_segmentation.text_literal(spec.description) }} as description,
        {{ warehouse_segmentation.text_literal(json) }} as spec,
        '{{ local_md5(json) }}' as spec_hash,
        {{ spec.k_min }} as k_min,
        {{ spec.k_max }} as k_max,
        '{{ spec.k_rule }}' as k_rule
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

as_of as (

    select as_of_date from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

populations as (

    select
        segmentation,
        max(population_customers) as population_customers

    from {{ ref('warehouse_segmentation', 'int_segmentation__training_customers') }}
    group by segmentation

),

samples as (

    select
        segmentation,
        count(*) as sampled_customers

    from {{ ref('warehouse_segmentation', 'int_segmentation__training_sample') }}
    group by segmentation

),

features as (

    select
        segmentation,
        count(distinct case when position is not null then feature end) as usable_features,
        count(distinct case when position is null then feature end) as empty_features

    from {{ ref('warehouse_segmentation', 'int_segmentation__preparation') }}
    group by segmentation

),

joined as (

    select
        asked.position,
        asked.segmentation,
        asked.description,
        asked.spec,
        asked.spec_hash,
        asked.k_min,
        asked.k_max,
        asked.k_rule,
        as_of.as_of_date,
        coalesce(populations.population_customers, 0) as population_customers,
        coalesce(samples.sampled_customers, 0) as sampled_customers,
        case
            when populations.segmentation is null then 'no customer is in its population'
            when coalesce(features.usable_features, 0) = 0 then 'none of its features has a value'
        end as skip_reason,
        coalesce(features.empty_features, 0) as empty_features

    from asked
    cross join as_of
    left join populations
        on asked.segmentation = populations.segmentation
    left join samples
        on asked.segmentation = samples.segmentation
    left join features
        on asked.segmentation = features.segmentation

)

select
    cast(position as int) as position,
    cast(segmentation as string) as segmentation,
    cast(description as string) as description,
    cast(spec as string) as spec,
    cast(spec_hash as string) as spec_hash,
    cast(k_min as int) as k_min,
    cast(k_max as int) as k_max,
    cast(k_rule as string) as k_rule,
    cast({{ var('seed') }} as bigint) as seed,
    cast(as_of_date as date) as as_of_date,
    cast(population_customers as bigint) as population_customers,
    cast(sampled_customers as bigint) as sampled_customers,
    cast(skip_reason as string) as skip_reason,
    cast(empty_features as bigint) as empty_features,
    cast({{ var('refit_after_days') if var('refit_after_days') is not none else 'null' }} as int) as refit_after_days,
    cast({{ 'true' if warehouse_segmentation.promotion_guards().by_hand else 'false' }} as boolean) as promotes_by_hand,
    cast({{ var('kept_overlap') }} as double) as kept_overlap,
    cast({{ warehouse_segmentation.registry_schema_version() }} as int) as registry_schema_version

from joined
