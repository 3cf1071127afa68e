{#- A view, but a table over a text file, which is parsed once then, and on Spark, where working out what a view of a
    hundred expressions means takes half a minute each time it is read. A view over a Parquet file keeps the file's
    path as text, so that one answers where the path leads to the file; all other tables stand alone. -#}
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
