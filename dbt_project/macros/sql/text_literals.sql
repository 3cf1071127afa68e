{#- Texts as a list of SQL literals. Spark reads backslashes in literals as escapes, DuckDB does not. dbt looks for the
    engine's own macro once for them all, which takes longer than to write a literal. -#}
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
