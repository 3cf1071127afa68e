{#- A text as a SQL literal. -#}
{% macro text_literal(value) %}
  {{- return(warehouse_segmentation.text_literals([value])[0]) -}}
{% endmacro %}
