{#- Whether the raw value of a mapped column is missing; true where the column is not mapped. -#}
{% macro raw_is_nothing(input, name, kind, types) %}
  {%- if name not in types -%}{{- return('true') -}}{%- endif -%}
  {%- set came = warehouse_segmentation.quoted(name) -%}
  {%- set entry = warehouse_segmentation.read_entry(input, name) -%}
  {%- set nothing = warehouse_segmentation.says_nothing(came, types[name], entry, kind, name) -%}
  {%- set plain = warehouse_segmentation.plain_id(came, types[name], entry) if kind == 'id' else none -%}
  {{- return('case when ' ~ plain ~ ' then false else ' ~ nothing ~ ' end' if plain else nothing) -}}
{% endmacro %}
