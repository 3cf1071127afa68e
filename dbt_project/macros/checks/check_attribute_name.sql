{#- Fails when the name of an extra attribute of the customers is taken: by a feature, by a column of the inputs,
    or by another attribute in different case. Any other name is allowed. -#}
{% macro check_attribute_name(name, variable) %}
  {%- set folded = name | lower -%}
  {%- if folded in warehouse_segmentation.feature_definitions() | map(attribute='name') -%}
    {%- do warehouse_segmentation.fail(variable, 'is the name of a feature this package computes; give the attribute another name') -%}
  {%- elif folded in warehouse_segmentation.input_definitions()['customers'].columns -%}
    {%- do warehouse_segmentation.fail(variable, 'is the name of a column of the customers that means something here; give the attribute another name') -%}
  {%- elif not folded | trim -%}
    {%- do warehouse_segmentation.fail(variable, 'is no name; give the attribute one') -%}
  {%- elif warehouse_segmentation.extra_attributes() | map('lower') | select('equalto', folded) | list | length > 1 -%}
    {%- do warehouse_segmentation.fail(variable, 'stands there twice, in capital and in small letters; give one of the two another name') -%}
  {%- endif -%}
{% endmacro %}
