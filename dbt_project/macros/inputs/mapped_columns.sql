{#- The mapped columns of an input that its relation is known to have, in the order of the mapping:
    [{position, name, kind, canonical_kind, type, expression, reading, is_confidential}]. -#}
{% macro mapped_columns(input) %}
  {%- set canonical = warehouse_segmentation.input_definitions()[input].columns -%}
  {%- set types = warehouse_segmentation.input_types(input) -%}
  {%- set columns = [] -%}
  {%- for name, expression in warehouse_segmentation.input_expressions(input).items() if name in types -%}
    {%- set kind = warehouse_segmentation.column_kind(input, name, types[name]) -%}
    {%- do columns.append({
          'position': loop.index,
          'name': name,
          'kind': kind,
          'canonical_kind': canonical.get(name, 'attribute'),
          'type': types[name],
          'expression': expression | string | trim,
          'reading': warehouse_segmentation.column_reading(input, name),
          'is_confidential': warehouse_segmentation.is_confidential(name, expression, kind)}) -%}
  {%- endfor -%}
  {{- return(columns) -}}
{% endmacro %}
