{#- Every check there is, for `segment run` to make before it builds anything. -#}
{% macro check_everything() %}
  {%- do warehouse_segmentation.check_settings() -%}
  {%- for input in warehouse_segmentation.input_definitions() -%}
    {%- do warehouse_segmentation.check_input(input) -%}
  {%- endfor -%}
{% endmacro %}
