{%- set models = warehouse_segmentation.active_models() -%}
{%- set specs = warehouse_segmentation.segmentation_specs() -%}
-- depends_on: {{ ref('warehouse_segmentation', 'segment_models') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__customer_columns') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__scores') }}

with

{% for spec in specs if spec.name in models -%}
profiled_{{ loop.index }} as (

{{ warehouse_segmentation.profile_features(spec.name, models[spec.name]) }}

),

{% endfor -%}

stacked as (

    {%- for spec in specs if spec.name in models %}
    select * from profiled_{{ loop.index }}
    union all
    {%- endfor %}
    select
        null as segmentation,
        null as segment_id,
        null as feature,
        null as position,
        null as known_customers,
        null as mean,
        null as standard_deviation,
        null as median,
        null as p10,
        null as p90,
        null as population_mean,
        null as z_score,
        null as effect_size,
        null as lift,
        null as p_value
    where false

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
    -- all comparisons of the segmentation are made at once, so each has to be that much surer
    cast(coalesce(p_value * count(*) over (partition by segmentation) < 0.05, false) as boolean) as is_significant,
    cast(row_number() over (
        partition by segmentation, segment_id
        order by abs(z_score) desc, position
    ) as bigint) as distinctiveness_rank

from stacked
