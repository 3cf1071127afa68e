{#- Extra attribute -> numeric, category or other (a date, say), by the type its mapping has. -#}
{% macro attribute_kinds() %}
  {%- set kinds = {} -%}
  {%- set types = warehouse_segmentation.input_types('customers') -%}
  {%- for name in warehouse_segmentation.extra_attributes() -%}
    {%- do kinds.update({name: {'number': 'numeric', 'boolean': 'numeric', 'text': 'category'}.get(
          warehouse_segmentation.type_family(types.get(name, 'varchar')), 'other')}) -%}
  {%- endfor -%}
  {{- return(kinds) -}}
{% endmacro %}
