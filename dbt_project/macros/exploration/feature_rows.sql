{#- The features as rows of (position, feature, kind), for a wide row to be turned into rows beside. -#}
{% macro feature_rows(features) %}
    select * from (values
        {%- for feature in features %}
        ({{ feature.position }}, {{ warehouse_segmentation.text_literal(feature.name) }}, '{{ feature.kind }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as features (position, feature, kind)
{% endmacro %}
