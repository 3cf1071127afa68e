{#- The mapped rows of an input, or no rows where the input is not mapped. -#}
{% macro input_rows(input) %}
  {%- if warehouse_segmentation.input_config(input) is none -%}
    {{- return('select 1 as nothing where false') -}}
  {%- endif -%}
  {{- return(warehouse_segmentation.banded_query(input)) -}}
{% endmacro %}
