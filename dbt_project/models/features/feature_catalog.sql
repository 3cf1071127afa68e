{#- It reads the types of the mapping, so it waits for the model that checks the mapping. -#}
-- depends_on: {{ ref('warehouse_segmentation', 'stg_segmentation__customers') }}
with

features as (

    {%- for feature in warehouse_segmentation.feature_definitions() %}
    select
        {{ warehouse_segmentation.text_literal(feature.name) }} as feature,
        {{ warehouse_segmentation.text_literal(feature.group) }} as feature_group,
        {{ warehouse_segmentation.text_literal(feature.kind) }} as kind,
        {{ warehouse_segmentation.text_literal(feature.unit) }} as unit,
        {{ warehouse_segmentation.text_literal(feature.source) }} as source,
        {{ warehouse_segmentation.text_literal(feature.definition) }} as definition,
        'customer_features' as relation
    union all
    {%- endfor %}
    {%- for name, kind in warehouse_segmentation.attribute_kinds().items() %}
    select
        {{ warehouse_segmentation.text_literal(name) }},
        'attributes',
        '{{ kind }}',
        'as mapped',
        'customers',
        {{ warehouse_segmentation.text_literal('As mapped: ' ~ warehouse_segmentation.input_expressions('customers')[name]) }},
        'customer_attributes'
    union all
    {%- endfor %}
    select null, null, null, null, null, null, null
    where false

)

select
    cast(feature as string) as feature,
    cast(feature_group as string) as feature_group,
    cast(kind as string) as kind,
    cast(unit as string) as unit,
    cast(source as string) as source,
    cast(definition as string) as definition,
    cast(relation as string) as relation

from features
