{#- The input's rows under their canonical names, types as they come, without those of customers who were forgotten.
    Columns that the mapping leaves out are not there: read_column() gives a typed NULL for them. -#}
{% macro mapped_query(input) %}
  {%- set forgotten = warehouse_segmentation.forgotten_relation() -%}
  {%- if forgotten is none or 'customer_id' not in warehouse_segmentation.input_expressions(input) -%}
    {{- return(warehouse_segmentation.given_query(input)) -}}
  {%- endif -%}
  {{- return(warehouse_segmentation.forgotten_input_rows(input, forgotten, is_kept=true)) -}}
{% endmacro %}
