{#- Canonical column -> the expression that reads it (see read_column), for every column an input may carry. -#}
{% macro conformed_columns(input, types) %}
  {%- set expressions = {} -%}
  {%- for name, kind in warehouse_segmentation.input_definitions()[input].columns.items() -%}
    {%- do expressions.update({name: warehouse_segmentation.read_column(input, name, kind, types)}) -%}
  {%- endfor -%}
  {{- return(expressions) -}}
{% endmacro %}
