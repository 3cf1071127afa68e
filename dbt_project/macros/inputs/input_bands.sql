{#- Names of the mapped columns whose texts are ordered bands, to become numbers. -#}
{% macro input_bands(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set bands = config.get('bands') if config is mapping else none -%}
  {{- return(bands | list if bands is sequence and bands is not string and bands is not mapping else []) -}}
{% endmacro %}
