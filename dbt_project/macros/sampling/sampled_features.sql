{#- Names of the features that some segmentation asks for, each once: those that the sampled customers have, as
    feature_1 and so on in this order, since a feature may be called as a column beside it is. -#}
{% macro sampled_features(specs) %}
  {%- set names = [] -%}
  {%- for spec in specs -%}
    {%- for feature in spec.features if feature.name not in names -%}{%- do names.append(feature.name) -%}{%- endfor -%}
  {%- endfor -%}
  {{- return(names) -}}
{% endmacro %}
