{#- True where a text is one of a list, false elsewhere, or as asked where it is NULL. A CASE, because engines
    may make a join of a long IN, and no condition of a reader gets past that: every row would be conformed
    to read a few. -#}
{% macro is_one_of(expression, texts, or_null=false) %}
  {%- set branches = [] -%}
  {%- for text in texts -%}
    {%- do branches.append('when ' ~ warehouse_segmentation.text_literal(text) ~ ' then true') -%}
  {%- endfor -%}
  {%- set otherwise = expression ~ ' is null' if or_null else 'false' -%}
  {{- return('case ' ~ expression ~ ' ' ~ branches | join(' ') ~ ' else ' ~ otherwise ~ ' end' if branches else otherwise) -}}
{% endmacro %}
