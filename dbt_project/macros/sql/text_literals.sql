{#- Texts as a list of SQL literals. Spark reads backslashes in literals as escapes, DuckDB does not. One dispatch
    serves them all, because a dispatch takes longer than writing a literal. -#}
{% macro text_literals(values) %}
  {{- return(adapter.dispatch('segmentation_text_literals', 'warehouse_segmentation')(values)) -}}
{% endmacro %}

{% macro default__segmentation_text_literals(values) %}
  {%- set literals = [] -%}
  {%- for value in values -%}{%- do literals.append("'" ~ (value | string).replace("'", "''") ~ "'") -%}{%- endfor -%}
  {{- return(literals) -}}
{% endmacro %}

{% macro spark__segmentation_text_literals(values) %}
  {%- set literals = [] -%}
  {%- for value in values -%}
    {%- do literals.append("'" ~ (value | string).replace("\\", "\\\\").replace("'", "\\'") ~ "'") -%}
  {%- endfor -%}
  {{- return(literals) -}}
{% endmacro %}
