{#- How the values of a mapped column are read: its entry in `read`, empty where it has none. -#}
{% macro read_entry(input, name) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set entries = config.get('read') if config is mapping else none -%}
  {%- set entry = entries.get(name) if entries is mapping else none -%}
  {{- return(entry if entry is mapping else {}) -}}
{% endmacro %}
