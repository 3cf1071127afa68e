{#- An attribute conformed by its type: numbers and bands as finite DOUBLE, booleans and dates as they are,
    everything else as text, NULL where it says nothing. -#}
{% macro attribute_expression(name, type, is_band=false) %}
  {%- set quoted = warehouse_segmentation.quoted(name) -%}
  {%- set family = warehouse_segmentation.type_family(type) -%}
  {%- if family == 'number' -%}
    {{- return(warehouse_segmentation.finite(quoted)) -}}
  {%- elif is_band and family == 'text' -%}
    {{- return(warehouse_segmentation.finite('(' ~ warehouse_segmentation.band_number(name) ~ ')')) -}}
  {%- elif family in ['boolean', 'moment'] -%}
    {{- return(quoted) -}}
  {%- endif -%}
  {{- return(warehouse_segmentation.read_text(quoted, type)) -}}
{% endmacro %}
