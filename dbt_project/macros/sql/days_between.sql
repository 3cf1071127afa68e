{#- Whole days from one date to another. -#}
{% macro days_between(from_date, to_date) %}
  {{- return(adapter.dispatch('segmentation_days_between', 'warehouse_segmentation')(from_date, to_date)) -}}
{% endmacro %}

{% macro default__segmentation_days_between(from_date, to_date) %}
  {{- return("cast(date_diff('day', " ~ from_date ~ ", " ~ to_date ~ ") as bigint)") -}}
{% endmacro %}

{% macro spark__segmentation_days_between(from_date, to_date) %}
  {{- return("cast(datediff(" ~ to_date ~ ", " ~ from_date ~ ") as bigint)") -}}
{% endmacro %}
