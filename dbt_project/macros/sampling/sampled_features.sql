{#- The names of the features that the segmentations use, each once. The sampled customers have them as
    feature_1, feature_2 and so on in this order, because a feature may have the name of another column. -#}
{% macro sampled_features(specs) %}
  {%- set names = [] -%}
  {%- for spec in specs -%}
    {%- for feature in spec.features if feature.name not in names -%}{%- do names.append(feature.name) -%}{%- endfor -%}
  {%- endfor -%}
  {{- return(names) -}}
{% endmacro %}
