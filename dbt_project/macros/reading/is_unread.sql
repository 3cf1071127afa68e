{#- Whether a mapped column says something that does not read: its value, an expression, is NULL, and what came is
    not one of the words for nothing. False where the column is not mapped. -#}
{% macro is_unread(input, name, kind, types, value) %}
  {%- if name not in types -%}{{- return('false') -}}{%- endif -%}
  {{- return('case when ' ~ value ~ ' is null then not ' ~ warehouse_segmentation.raw_is_nothing(input, name, kind, types) ~ ' else false end') -}}
{% endmacro %}
