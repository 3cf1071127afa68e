{#- The wall-clock time in `time_zone` of a UTC timestamp. -#}
{% macro local_timestamp(expression, time_zone) %}
  {%- if time_zone | upper == 'UTC' -%}
    {{- return(expression) -}}
  {%- endif -%}
  {{- return(adapter.dispatch('segmentation_local_timestamp', 'warehouse_segmentation')(expression, time_zone)) -}}
{% endmacro %}

{% macro default__segmentation_local_timestamp(expression, time_zone) %}
  {%- set zone = warehouse_segmentation.text_literal(time_zone) -%}
  {{- return("timezone(" ~ zone ~ ", timezone('UTC', " ~ expression ~ "))") -}}
{% endmacro %}

{% macro spark__segmentation_local_timestamp(expression, time_zone) %}
  {{- return("from_utc_timestamp(" ~ expression ~ ", " ~ warehouse_segmentation.text_literal(time_zone) ~ ")") -}}
{% endmacro %}
