{%- set models = warehouse_segmentation.active_models() -%}
{%- set specs = warehouse_segmentation.segmentation_specs() -%}
{#- on an earlier date, only those that had a model then -#}
{%- if var('scoring_models', none) is not none -%}{%- set specs = specs | selectattr('name', 'in', models) | list -%}{%- endif -%}
{%- set scorable = warehouse_segmentation.scorable_models(models) -%}
{%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}
-- depends_on: {{ ref('warehouse_segmentation', 'segment_models') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_centroids') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_segments') }}

with

{% for spec in specs -%}
scored_{{ loop.index }} as (

{%- if spec.name in scorable %}
{{ warehouse_segmentation.score_customers(spec.name, scorable[spec.name]) }}
{%- else %}
    -- no model yet, or one whose features are gone: int_segmentation__segment_changes stops on it
    select
        '{{ spec.name }}' as segmentation,
        customer_id,
        cast(null as string) as model_id,
        0 as segment_id,
        cast(null as double) as distance,
        cast(null as int) as second_segment_id,
        cast(null as double) as second_distance,
        cast(null as boolean) as is_outlier
    from {{ customers }}
{%- endif %}

),

{% endfor -%}

stacked as (

    {%- for spec in specs %}
    select * from scored_{{ loop.index }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    cast(segmentation as string) as segmentation,
    cast(customer_id as string) as customer_id,
    cast(model_id as string) as model_id,
    cast(segment_id as int) as segment_id,
    distance,
    cast(second_segment_id as int) as second_segment_id,
    second_distance,
    is_outlier

from stacked
