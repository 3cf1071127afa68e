{#- True where a text says something: neither empty nor one of the ways to write that nothing is known. -#}
{% macro is_filled(expression) %}
  {{- return('not ' ~ warehouse_segmentation.says_nothing(expression)) -}}
{% endmacro %}
