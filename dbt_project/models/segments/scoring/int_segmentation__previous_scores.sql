{%- set models = warehouse_segmentation.models_before() -%}
-- depends_on: {{ ref('warehouse_segmentation', 'segment_models') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__customer_columns') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_runs') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_centroids') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_segments') }}

with

{% for segmentation, model in models.items() -%}
scored_{{ loop.index }} as (

{{ warehouse_segmentation.score_customers(segmentation, model) }}

),

{% endfor -%}

stacked as (

    {%- for segmentation in models %}
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
