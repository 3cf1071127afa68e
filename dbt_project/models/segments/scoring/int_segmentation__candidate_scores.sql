{%- set models = warehouse_segmentation.models_with_status('candidate') -%}
-- depends_on: {{ ref('warehouse_segmentation', 'segment_models') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_runs') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_centroids') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_segments') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__customer_columns') }}

with

{% for segmentation, model in models.items() if warehouse_segmentation.can_score(model) -%}
scored_{{ loop.index }} as (

{{ warehouse_segmentation.score_customers(segmentation, model) }}

),

{% endfor -%}

stacked as (

    {%- for segmentation, model in models.items() if warehouse_segmentation.can_score(model) %}
    select
        segmentation,
        customer_id,
        model_id,
        segment_id
    from scored_{{ loop.index }}
    union all
    {%- endfor %}
    select
        cast(null as string) as segmentation,
        cast(null as string) as customer_id,
        cast(null as string) as model_id,
        cast(null as int) as segment_id
    where false

)

select
    cast(segmentation as string) as segmentation,
    cast(customer_id as string) as customer_id,
    cast(model_id as string) as model_id,
    cast(segment_id as int) as segment_id

from stacked
