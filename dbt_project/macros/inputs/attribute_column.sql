{#- The working name of a column of customer_attributes. It cannot clash with a working column of a model,
    whatever name the mapping gives the attribute. -#}
{% macro attribute_column(name) %}
  {{- return('attribute_' ~ (warehouse_segmentation.extra_attributes().index(name) + 1)) -}}
{% endmacro %}
