{#- The features as rows of (position, feature, kind), to turn a wide row into rows. -#}
{% macro feature_rows(features) %}
    select * from (values
        {%- for feature in features %}
        ({{ feature.position }}, {{ warehouse_segmentation.text_literal(feature.name) }}, '{{ feature.kind }}'){{ ',' if not loop.last }}
        {%- endfor %}
    ) as features (position, feature, kind)
{% endmacro %}
