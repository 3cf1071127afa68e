{#- The first day of the month that is so many months before the month of the day before a date. Lines from this
    day on may still change when as_of_date is that date. -#}
{% macro months_before(date_expression, months) %}
  {{- return("cast(date_trunc('month', " ~ warehouse_segmentation.add_days(date_expression, -1) ~ ") - interval '" ~ months ~ "' month as date)") -}}
{% endmacro %}
