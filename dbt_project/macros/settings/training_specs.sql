{#- segmentation_specs() with the kind of every attribute found out in the warehouse. -#}
{% macro training_specs() %}
  {%- set kinds = warehouse_segmentation.attribute_kinds() -%}
  {%- set all_known = warehouse_segmentation.given_features() | rejectattr('is_known') | list | length == 0 -%}
  {%- set specs = warehouse_segmentation.segmentation_specs() -%}
  {%- for spec in specs -%}
    {%- set variable = 'segmentations.' ~ spec.name ~ '.features' -%}
    {%- for feature in spec.features if feature.kind is none -%}
      {%- if feature.name not in kinds and all_known -%}
        {%- do warehouse_segmentation.fail(variable ~ '[' ~ spec.features.index(feature) ~ ']', "there is no feature '" ~ feature.name ~ "'; there are "
              ~ (warehouse_segmentation.feature_definitions() | map(attribute='name') | list + kinds.keys() | list) | join(', ')) -%}
      {%- endif -%}
      {%- set kind = kinds.get(feature.name, 'numeric') -%}
      {%- if kind == 'other' -%}
        {%- do warehouse_segmentation.fail(variable, "'" ~ feature.name
              ~ "' is neither a number nor a text; map an expression of it, such as a number of days") -%}
      {%- endif -%}
      {%- if kind == 'category' and feature.transform != 'none' -%}
        {%- do warehouse_segmentation.fail(variable, "'" ~ feature.name ~ "' is a category, which takes no transform") -%}
      {%- endif -%}
      {%- do feature.update({'kind': kind}) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return(specs) -}}
{% endmacro %}
