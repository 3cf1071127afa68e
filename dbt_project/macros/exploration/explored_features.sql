{#- The features that exploration looks at, all but those of kind `other`, each with a number for the
    names of its columns: [{position, name, kind, relation}]. -#}
{% macro explored_features() %}
  {%- set features = [] -%}
  {%- for feature in warehouse_segmentation.feature_definitions() -%}
    {%- do features.append({'position': features | length + 1, 'name': feature.name, 'kind': feature.kind, 'relation': 'customer_features'}) -%}
  {%- endfor -%}
  {%- for name, kind in warehouse_segmentation.attribute_kinds().items() if kind != 'other' -%}
    {%- do features.append({'position': features | length + 1, 'name': name, 'kind': kind, 'relation': 'customer_attributes'}) -%}
  {%- endfor -%}
  {{- return(features) -}}
{% endmacro %}
