{#- Canonical column -> the value as it came, as text, to show in rejected_records. -#}
{% macro given_columns(input, types) %}
  {%- set expressions = {} -%}
  {%- for name in warehouse_segmentation.input_definitions()[input].columns -%}
    {%- do expressions.update({name: 'cast(' ~ (adapter.quote(name) if name in types else 'null') ~ ' as string)'}) -%}
  {%- endfor -%}
  {{- return(expressions) -}}
{% endmacro %}
