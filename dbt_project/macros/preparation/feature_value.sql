{#- A feature as preparation takes it: a finite DOUBLE, or the text of a category. `prefix` names its relation,
    'customers.', because another table may have a column of the same name. -#}
{% macro feature_value(feature, kind, prefix='') %}
  {%- set column = prefix ~ warehouse_segmentation.quoted(feature) -%}
  {%- if kind == 'category' -%}
    {{- return('cast(' ~ column ~ ' as string)') -}}
  {%- endif -%}
  {{- return('cast(' ~ column ~ ' as double)') -}}
{% endmacro %}
