{#- The name of the column that holds a part of a band; no mapped column has this name. -#}
{% macro band_column(name, part) %}
  {%- set taken = warehouse_segmentation.input_expressions('customers') | map('lower') | list -%}
  {%- set own = namespace(name=name ~ ' ' ~ part) -%}
  {%- for _ in taken if own.name | lower in taken -%}{%- set own.name = own.name ~ '_' -%}{%- endfor -%}
  {{- return(warehouse_segmentation.quoted(own.name)) -}}
{% endmacro %}
