{#- A text as a SQL literal. Spark reads backslashes in literals as escapes, DuckDB does not. -#}
{% macro text_literal(value) %}
  {{- return(adapter.dispatch('segmentation_text_literal', 'warehouse_segmentation')(value)) -}}
{% endmacro %}

{% macro default__segmentation_text_literal(value) %}
  {{- return("'" ~ (value | string).replace("'", "''") ~ "'") -}}
{% endmacro %}

{% macro spark__segmentation_text_literal(value) %}
  {{- return("'" ~ (value | string).replace("\\", "\\\\").replace("'", "\\'") ~ "'") -}}
{% endmacro %}
