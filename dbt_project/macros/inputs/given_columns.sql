{#- Canonical column -> the raw value as text, to show in rejected_records. -#}
{% macro given_columns(input, types) %}
  {%- set expressions = {} -%}
  {%- for name in warehouse_segmentation.input_definitions()[input].columns -%}
    {%- do expressions.update({name: warehouse_segmentation.raw_text(name, types)}) -%}
  {%- endfor -%}
  {{- return(expressions) -}}
{% endmacro %}
