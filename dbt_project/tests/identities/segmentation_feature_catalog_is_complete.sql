{%- set relations = {
    'customer_features': ref('warehouse_segmentation', 'customer_features'),
    'customer_attributes': ref('warehouse_segmentation', 'customer_attributes')
} -%}

-- feature_catalog describes every feature that customer_features and customer_attributes have, and
-- no other.
with

present as (

    {%- for name, relation in relations.items() %}
    {%- if execute %}
    {%- for column in adapter.get_columns_in_relation(relation) if column.name != 'customer_id' %}
    select
        {{ warehouse_segmentation.text_literal(column.name) }} as feature,
        '{{ name }}' as relation
    union all
    {%- endfor %}
    {%- endif %}
    {%- endfor %}
    select
        cast(null as string) as feature,
        cast(null as string) as relation
    where false

),

described as (

    select
        feature,
        relation

    from {{ ref('warehouse_segmentation', 'feature_catalog') }}

)

select
    coalesce(present.feature, described.feature) as feature,
    coalesce(present.relation, described.relation) as relation,
    case when described.feature is null then 'not described' else 'not there' end as problem

from present
full outer join described
    on present.feature = described.feature
    and present.relation = described.relation
where present.feature is null
    or described.feature is null
