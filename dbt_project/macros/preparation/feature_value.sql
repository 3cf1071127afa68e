{#- A feature as preparation takes it: a finite DOUBLE, or the text of a category. Beside other tables the
    relation that has it stands before it, 'customers.': a feature may be called as their columns are. -#}
{% macro feature_value(feature, kind, prefix='') %}
  {%- set column = prefix ~ warehouse_segmentation.quoted(feature) -%}
  {%- if kind == 'category' -%}
    {{- return('cast(' ~ column ~ ' as string)') -}}
  {%- endif -%}
  {{- return('cast(' ~ column ~ ' as double)') -}}
{% endmacro %}
