{#- The mean squared length of a segmentation's prepared vectors, without reading any: standardising gives each
    feature its weight as variance, measured on the uniform sample that preparation learnt from. -#}
{% macro expected_squared_length(spec, columns) %}
  {%- set taking_part = columns | map(attribute='feature') | list -%}
  {%- set total = namespace(weight=0) -%}
  {%- for feature in spec.features if feature.name in taking_part -%}
    {%- set total.weight = total.weight + feature.weight -%}
  {%- endfor -%}
  {{- return("cast('" ~ (total.weight or 1) ~ "' as double)") -}}
{% endmacro %}
