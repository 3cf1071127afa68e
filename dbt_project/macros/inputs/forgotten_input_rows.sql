{#- The mapped rows of an input whose customer was forgotten, or with `is_kept` all others; see forgotten_rows(). -#}
{% macro forgotten_input_rows(input, forgotten, is_kept=false) %}
  {%- set types = warehouse_segmentation.input_types(input) -%}
  {{- return(warehouse_segmentation.forgotten_rows(
        warehouse_segmentation.given_query(input),
        warehouse_segmentation.read_column(input, 'customer_id', 'id', types),
        forgotten,
        is_kept)) -}}
{% endmacro %}
