{#- Whether an input's relation holds the newest days only, as its mapping says. -#}
{% macro is_rolling(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {{- return(config is mapping and config.get('is_rolling') is true) -}}
{% endmacro %}
