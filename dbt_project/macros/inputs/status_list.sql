{#- A list of statuses as the inside of an SQL in (...), lower case. -#}
{% macro status_list(statuses) %}
  {%- set literals = [] -%}
  {%- for status in statuses or [] -%}
    {%- do literals.append(warehouse_segmentation.text_literal(status | string | trim | lower)) -%}
  {%- endfor -%}
  {{- return(literals | join(', ') or 'null') -}}
{% endmacro %}
