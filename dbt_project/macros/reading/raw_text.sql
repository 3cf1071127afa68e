{#- The raw value of a mapped column as text, whole numbers without '.0'; NULL where the column is not mapped.
    -#}
{% macro raw_text(name, types) %}
  {%- if name not in types -%}{{- return('cast(null as string)') -}}{%- endif -%}
  {%- if warehouse_segmentation.type_family(types[name]) == 'number' -%}
    {{- return('coalesce(' ~ warehouse_segmentation.id_text(warehouse_segmentation.quoted(name), types[name]) ~ ', cast(' ~ warehouse_segmentation.quoted(name) ~ ' as string))') -}}
  {%- endif -%}
  {{- return('cast(' ~ warehouse_segmentation.quoted(name) ~ ' as string)') -}}
{% endmacro %}
