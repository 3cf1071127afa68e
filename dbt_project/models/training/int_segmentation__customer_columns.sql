{{ config(materialized='view') }}

with

features as (

    select * from {{ ref('warehouse_segmentation', 'customer_features') }}

),

attributes as (

    select * from {{ ref('warehouse_segmentation', 'customer_attributes') }}

),

joined as (

    select
        features.*
        {%- for name in warehouse_segmentation.extra_attributes() %},
        attributes.{{ adapter.quote(name) }}
        {%- endfor %}

    from features
    {%- if warehouse_segmentation.extra_attributes() %}
    left join attributes
        on features.customer_id = attributes.customer_id
    {%- endif %}

)

select * from joined
