{#- A text as a SQL literal. Spark reads backslashes in literals as escapes, DuckDB does not. -#}
{% macro text_literal(value) %}
  {{- return(warehouse_segmentation.text_literals([value])[0]) -}}
{% endmacro %}

{#- Texts as a list of SQL literals. dbt looks for a macro of the engine's once for them all, which costs more than to write one. -#}
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
