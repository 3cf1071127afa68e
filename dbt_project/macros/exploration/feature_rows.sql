{#- The features as rows of (position, feature, kind), for a wide row to be turned into rows beside. -#}
{% macro feature_rows(features) %}
    {%- for feature in features %}
    select
        {{ feature.position }} as position,
        {{ warehouse_segmentation.text_literal(feature.name) }} as feature,
        '{{ feature.kind }}' as kind
    {{ 'union all' if not loop.last }}
    {%- endfor %}
{% endmacro %}
