{#- Whether a mapped column says nothing where it came from, before it is read; true where it is not mapped. -#}
{% macro raw_is_nothing(input, name, kind, types) %}
  {%- if name not in types -%}{{- return('true') -}}{%- endif -%}
  {{- return(warehouse_segmentation.says_nothing(warehouse_segmentation.quoted(name), types[name], warehouse_segmentation.read_entry(input, name), kind, name)) -}}
{% endmacro %}
