{#- How many customers have each level of a category, NULL included: (level, customers). -#}
{% macro level_counts(feature) %}
    select
        {{ warehouse_segmentation.feature_value(feature.name, 'category') }} as level,
        count(*) as customers

    from {{ ref('warehouse_segmentation', feature.relation) }}
    group by 1 -- noqa: AM06
{% endmacro %}
