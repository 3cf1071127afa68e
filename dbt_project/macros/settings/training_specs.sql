{#- segmentation_specs() with the kind of every extra attribute found out in the warehouse. -#}
{% macro training_specs() %}
  {%- set kinds = warehouse_segmentation.attribute_kinds() -%}
  {%- set specs = warehouse_segmentation.segmentation_specs() -%}
  {%- for spec in specs -%}
    {%- for feature in spec.features if feature.kind is none -%}
      {%- set kind = kinds.get(feature.name, 'numeric') -%}
      {%- if kind == 'other' -%}
        {%- do warehouse_segmentation.fail('segmentations.' ~ spec.name ~ '.features', "'" ~ feature.name
              ~ "' is neither a number nor a text; map an expression of it, such as a number of days") -%}
      {%- endif -%}
      {%- if kind == 'category' and feature.transform != 'none' -%}
        {%- do warehouse_segmentation.fail('segmentations.' ~ spec.name ~ '.features', "'" ~ feature.name ~ "' is a category, which takes no transform") -%}
      {%- endif -%}
      {%- do feature.update({'kind': kind}) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return(specs) -}}
{% endmacro %}
