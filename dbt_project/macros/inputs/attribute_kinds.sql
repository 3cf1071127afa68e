{#- Column of customer_attributes -> numeric, category or other (a date, say), by the type that its
    mapping or relation has. -#}
{% macro attribute_kinds() %}
  {%- set kinds = {} -%}
  {%- set types = warehouse_segmentation.attribute_types() -%}
  {%- for name in warehouse_segmentation.extra_attributes() -%}
    {%- do kinds.update({name: {'number': 'numeric', 'boolean': 'numeric', 'text': 'category'}.get(
          warehouse_segmentation.type_family(types.get(name, 'varchar')), 'other')}) -%}
  {%- endfor -%}
  {%- for given in warehouse_segmentation.given_features() -%}
    {%- for column in given.columns -%}{%- do kinds.update({column.name: column.kind or 'numeric'}) -%}{%- endfor -%}
  {%- endfor -%}
  {{- return(kinds) -}}
{% endmacro %}
