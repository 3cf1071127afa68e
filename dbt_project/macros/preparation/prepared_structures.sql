{#- The structure of every segmentation's prepared columns: {name: prepared_structure(...)}. -#}
{% macro prepared_structures(preparation) %}
  {%- set structures = {} -%}
  {%- for spec in warehouse_segmentation.segmentation_specs() -%}
    {%- do structures.update({spec.name: warehouse_segmentation.prepared_structure(preparation, "segmentation = '" ~ spec.name ~ "'")}) -%}
  {%- endfor -%}
  {{- return(structures) -}}
{% endmacro %}
