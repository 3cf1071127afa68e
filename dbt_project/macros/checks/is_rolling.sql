{#- Whether the mapping says that the relation of an input holds only the newest days. -#}
{% macro is_rolling(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {{- return(config is mapping and config.get('is_rolling') is true) -}}
{% endmacro %}
