{#- True where a status in lower case is one of a list. A CASE, because engines may make a join of a long
    IN, and no condition of a reader gets past that: every row would be conformed to read a few. -#}
{% macro status_is_one_of(expression, statuses) %}
  {%- set branches = [] -%}
  {%- for status in statuses or [] -%}
    {%- do branches.append('when ' ~ warehouse_segmentation.text_literal(status | string | trim | lower) ~ ' then true') -%}
  {%- endfor -%}
  {{- return('case ' ~ expression ~ ' ' ~ branches | join(' ') ~ ' else false end' if branches else 'false') -}}
{% endmacro %}
