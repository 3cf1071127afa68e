{#- The chance of a customer at the middle of everything to be drawn: half of the sample is shared out
    evenly. Everybody is drawn where there are no more customers than the sample should have. -#}
{% macro uniform_chance(customers) %}
  {{- return('case when ' ~ customers ~ ' <= ' ~ var('sample_size') ~ ' then 1.0e0 else '
        ~ var('sample_size') ~ '.0e0 / (2 * ' ~ customers ~ ') end') -}}
{% endmacro %}
