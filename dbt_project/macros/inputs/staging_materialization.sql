{#- A view over a table, but a table over a file: a view would keep the file's path as text, which
    means nothing to a reader who works in another directory. -#}
{% macro staging_materialization(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- if config is mapping and config.get('relation') is string and "'" in config.relation -%}
    {{- return('table') -}}
  {%- endif -%}
  {{- return('view') -}}
{% endmacro %}
