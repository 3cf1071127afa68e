{#- Canonical column -> the expression that conforms it, for every column an input may carry. -#}
{% macro conformed_columns(input, types) %}
  {%- set expressions = {} -%}
  {%- set bands = warehouse_segmentation.input_bands(input) -%}
  {%- for name, kind in warehouse_segmentation.input_definitions()[input].columns.items() -%}
    {%- do expressions.update({name: warehouse_segmentation.input_column(name, kind, types, name in bands)}) -%}
  {%- endfor -%}
  {{- return(expressions) -}}
{% endmacro %}
