{#- A feature as preparation takes it: a finite DOUBLE, or the text of a category. -#}
{% macro feature_value(feature, kind, prefix='') %}
  {%- set column = prefix ~ adapter.quote(feature) -%}
  {%- if kind == 'category' -%}
    {{- return('cast(' ~ column ~ ' as string)') -}}
  {%- endif -%}
  {{- return('cast(' ~ column ~ ' as double)') -}}
{% endmacro %}
