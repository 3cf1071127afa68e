{{ config(materialized='view') }}
{%- set preparation = ref('warehouse_segmentation', 'int_segmentation__preparation') -%}
{%- set width = warehouse_segmentation.prepared_structures(preparation).values() | map('length') | max | default(0, true) -%}

-- About this many customers are enough to compare features, and they are a uniform sample.
{%- set compared_customers = 10000 %}

select
    sample.segmentation,
    sample.customer_id,
    sample.is_uniform and sample.sample_hash < {{ compared_customers }}.0e0 / settings.population_customers as is_compared,
    columns.position,
    columns.feature,
    columns.kind,
    {%- if width %}
    case columns.position
        {%- for position in range(1, width + 1) %}
        when {{ position }} then sample.x_{{ position }}
        {%- endfor %}
    end as value
    {%- else %}
    cast(null as double) as value
    {%- endif %}

from {{ ref('warehouse_segmentation', 'int_segmentation__training_sample') }} as sample
inner join {{ ref('warehouse_segmentation', 'int_segmentation__segmentation_settings') }} as settings
    on sample.segmentation = settings.segmentation
inner join {{ preparation }} as columns
    on sample.segmentation = columns.segmentation
where columns.position is not null
