{#- Whether a value of a mapped column cannot be read: its expression is NULL although the raw value is not one
    of the words for a missing value. False where the column is not mapped. -#}
{% macro is_unread(input, name, kind, types, value) %}
  {%- if name not in types -%}{{- return('false') -}}{%- endif -%}
  {{- return('case when ' ~ value ~ ' is null then not ' ~ warehouse_segmentation.raw_is_nothing(input, name, kind, types) ~ ' else false end') -}}
{% endmacro %}
