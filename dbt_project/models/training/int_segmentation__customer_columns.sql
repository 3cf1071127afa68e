{{ config(materialized='view') }}
{%- set attributes = warehouse_segmentation.attribute_names() -%}

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
        {%- for name in attributes %},
        attributes.{{ warehouse_segmentation.quoted(name) }}
        {%- endfor %}

    from features
    {%- if attributes %}
    left join attributes
        on features.customer_id = attributes.customer_id
    {%- endif %}

)

select * from joined
