{#- Names of the columns of customer_attributes after customer_id: the customers' mapped extras, then
    those of `feature_relations`. -#}
{% macro attribute_names() %}
  {%- set names = warehouse_segmentation.extra_attributes() | list -%}
  {%- for given in warehouse_segmentation.given_features() -%}
    {%- do names.extend(given.columns | map(attribute='name')) -%}
  {%- endfor -%}
  {{- return(names) -}}
{% endmacro %}
