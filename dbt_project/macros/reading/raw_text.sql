{#- A mapped column's value as it came, as text; NULL where it is not mapped. -#}
{% macro raw_text(name, types) %}
  {{- return('cast(' ~ (warehouse_segmentation.quoted(name) if name in types else 'null') ~ ' as string)') -}}
{% endmacro %}
