{#- True where a text is one of a list, false elsewhere, or as asked where it is NULL. Not IN, of which engines
    may make a join that no condition of a reader gets past: every row would be conformed to read a few. -#}
{% macro is_one_of(expression, texts, or_null=false) %}
  {%- if not texts -%}
    {{- return(expression ~ ' is null' if or_null else 'false') -}}
  {%- endif -%}
  {{- return(adapter.dispatch('segmentation_is_one_of', 'warehouse_segmentation')(expression, texts, 'true' if or_null else 'false')) -}}
{% endmacro %}

{% macro default__segmentation_is_one_of(expression, texts, or_null) %}
  {%- set branches = [] -%}
  {%- for literal in warehouse_segmentation.text_literals(texts) -%}
    {%- do branches.append('when ' ~ literal ~ ' then true') -%}
  {%- endfor -%}
  {{- return('case ' ~ expression ~ ' ' ~ branches | join(' ') ~ ' else ' ~ (expression ~ ' is null' if or_null == 'true' else 'false') ~ ' end') -}}
{% endmacro %}

{% macro duckdb__segmentation_is_one_of(expression, texts, or_null) %}
  {#- Where it filters, a CASE would work out the text anew for each of its branches; list_contains becomes a join
      as IN does (DuckDB 2), which even a reader of other columns pays for. -#}
  {%- set position = 'list_position([' ~ warehouse_segmentation.text_literals(texts) | join(', ') ~ '], ' ~ expression ~ ')' -%}
  {#- no position is NULL or 0, by version -#}
  {{- return('coalesce(' ~ position ~ ' > 0, ' ~ (expression ~ ' is null' if or_null == 'true' else 'false') ~ ')') -}}
{% endmacro %}
