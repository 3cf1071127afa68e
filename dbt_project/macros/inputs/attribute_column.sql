{#- What a column of customer_attributes is called on its way there. Under names of their own making,
    attributes never meet a working column of a model, whatever a mapping calls them. -#}
{% macro attribute_column(name) %}
  {{- return('attribute_' ~ (warehouse_segmentation.extra_attributes().index(name) + 1)) -}}
{% endmacro %}
