{#- An extra attribute of the customers conformed by its type: numbers as finite DOUBLE, booleans and
    dates as they are, everything else as trimmed text. -#}
{% macro attribute_expression(name, type) %}
  {%- set quoted = adapter.quote(name) -%}
  {%- set family = warehouse_segmentation.type_family(type) -%}
  {%- if family == 'number' -%}
    {{- return(warehouse_segmentation.finite(quoted)) -}}
  {%- elif family in ['boolean', 'moment'] -%}
    {{- return(quoted) -}}
  {%- endif -%}
  {{- return("nullif(trim(cast(" ~ quoted ~ " as string)), '')") -}}
{% endmacro %}
