{#- The first day of the month that lies so many months before the month of a date's eve: where the
    lines begin that may still change when everything is told as of that date. -#}
{% macro months_before(date_expression, months) %}
  {{- return("cast(date_trunc('month', " ~ warehouse_segmentation.add_days(date_expression, -1) ~ ") - interval '" ~ months ~ "' month as date)") -}}
{% endmacro %}
