{#- A canonical column conformed to its type, or a typed NULL where it is not mapped. -#}
{% macro input_column(name, kind, types, is_band=false) %}
  {%- if name not in types -%}
    {%- set null_types = {'id': 'string', 'text': 'string', 'category': 'string', 'number': 'decimal(18, 4)', 'moment': 'timestamp'} -%}
    {{- return('cast(null as ' ~ null_types[kind] ~ ')') -}}
  {%- endif -%}
  {%- set quoted = adapter.quote(name) -%}
  {%- if kind == 'id' -%}
    {{- return(warehouse_segmentation.id_text(quoted, types[name])) -}}
  {%- elif kind == 'number' -%}
    {{- return(warehouse_segmentation.money(
          warehouse_segmentation.band_number(name) if is_band and warehouse_segmentation.type_family(types[name]) == 'text' else quoted)) -}}
  {%- elif kind == 'moment' -%}
    {{- return(warehouse_segmentation.utc_timestamp(quoted, types[name])) -}}
  {%- endif -%}
  {{- return("nullif(trim(cast(" ~ quoted ~ " as string)), '')") -}}
{% endmacro %}
