{#- A feature of the sampled customers as preparation takes it: a finite DOUBLE, or the text of a category.
    `used` is what sampled_features() gives. -#}
{% macro sampled_value(feature, used) %}
  {{- return(warehouse_segmentation.feature_value('feature_' ~ (used.index(feature.name) + 1), feature.kind)) -}}
{% endmacro %}
