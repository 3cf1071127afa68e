{#- The chance of a customer to be drawn for a lightweight coreset (Bachem, Lucic and Krause 2018, "Scalable
    k-means clustering via lightweight coresets"): half of the sample is shared out evenly, half by the squared
    distance to the mean, and a chance ends at 1. `expected` is the mean of that distance.

    The distance is cut to a millionth: then the chance is the same to the last bit on engines whose logarithms
    differ there. -#}
{% macro sampling_chance(customers, squared_length, expected) %}
  {%- set relative = 'cast(floor(least(' ~ squared_length ~ ' / ' ~ expected ~ ', 1.0e9) * 1048576.0e0) as double) / 1048576.0e0' -%}
  {{- return('least(1.0e0, ' ~ warehouse_segmentation.uniform_chance(customers) ~ ' * (1.0e0 + ' ~ relative ~ '))') -}}
{% endmacro %}
