{#- A view, with two exceptions that are tables: an input from a text file, so that the file is parsed once, and
    every input on Spark, where analysing a view of a hundred expressions takes half a minute each time it is
    read. A view over a Parquet file keeps the path of the file and fails where the path does not lead to it. -#}
{% macro staging_materialization(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- if target.type in ['spark', 'databricks'] -%}
    {{- return('table') -}}
  {%- endif -%}
  {%- if config is mapping and config.get('relation') is string and "'" in config.relation and '.parquet' not in config.relation | lower -%}
    {{- return('table') -}}
  {%- endif -%}
  {{- return('view') -}}
{% endmacro %}
