{#- Microseconds since 1970 as TIMESTAMP. -#}
{% macro moment_of_micros(expression) %}
  {{- return(adapter.dispatch('segmentation_moment_of_micros', 'warehouse_segmentation')(expression)) -}}
{% endmacro %}

{% macro default__segmentation_moment_of_micros(expression) %}
  {{- return('make_timestamp(' ~ expression ~ ')') -}}
{% endmacro %}

{% macro spark__segmentation_moment_of_micros(expression) %}
  {{- return('timestamp_micros(' ~ expression ~ ')') -}}
{% endmacro %}
