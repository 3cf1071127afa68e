{#- The names of the features that the segmentations use, each once. The sampled customers have them as
    feature_1, feature_2 and so on in this order, because a feature may have the name of another column. -#}
{% macro sampled_features(specs) %}
  {%- set names = [] -%}
  {%- for spec in specs -%}
    {%- for feature in spec.features if feature.name not in names -%}{%- do names.append(feature.name) -%}{%- endfor -%}
  {%- endfor -%}
  {{- return(names) -}}
{% endmacro %}

{#- A feature of the sampled customers as preparation uses it: a finite DOUBLE, or the text of a category. `used` is
    the result of sampled_features(). -#}
{% macro sampled_value(feature, used) %}
  {{- return(warehouse_segmentation.feature_value('feature_' ~ (used.index(feature.name) + 1), feature.kind)) -}}
{% endmacro %}

{#- The chance of a customer to be drawn for a lightweight coreset (Bachem, Lucic and Krause 2018, "Scalable
    k-means clustering via lightweight coresets"): half of the sample is distributed evenly, half by the squared
    distance to the mean, and a chance is at most 1. `expected` is the mean of that distance.

    The distance is truncated to a millionth, so that the chance is the same to the last bit on engines whose
    logarithms differ there. -#}
{% macro sampling_chance(customers, squared_length, expected) %}
  {%- set relative = 'cast(floor(least(' ~ squared_length ~ ' / ' ~ expected ~ ', 1.0e9) * 1048576.0e0) as double) / 1048576.0e0' -%}
  {{- return('least(1.0e0, ' ~ warehouse_segmentation.uniform_chance(customers) ~ ' * (1.0e0 + ' ~ relative ~ '))') -}}
{% endmacro %}

{#- The chance of a customer at the middle of everything to be drawn: half of the sample is distributed evenly.
    Everyone is drawn where there are no more customers than the sample should have. -#}
{% macro uniform_chance(customers) %}
  {{- return('case when ' ~ customers ~ ' <= ' ~ var('sample_size') ~ ' then 1.0e0 else '
        ~ var('sample_size') ~ '.0e0 / (2 * ' ~ customers ~ ') end') -}}
{% endmacro %}

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
