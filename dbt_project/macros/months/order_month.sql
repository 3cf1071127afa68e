{#- The first day of a date's month. Rows without a readable date are of the month 9999-12, which lies
    in every range that is open at its end: they are read again each time. -#}
{% macro order_month(date_expression) %}
  {{- return("coalesce(cast(date_trunc('month', " ~ date_expression ~ ") as date), date '9999-12-01')") -}}
{% endmacro %}
