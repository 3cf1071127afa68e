{#- What a line is kept and replaced by: the first day of its date's month or, of a file of the newest days
    only (`is_rolling`, a condition), the date itself, since such a file seldom begins with a month. Rows
    without a readable date, or with one of the end of time, are of the month 9999-12. -#}
{% macro order_month(date_expression, is_rolling) %}
  {%- set part = 'case when ' ~ is_rolling ~ ' then ' ~ date_expression ~ ' else ' ~ warehouse_segmentation.month_floor(date_expression) ~ ' end' -%}
  {{- return("least(coalesce(" ~ part ~ ", date '9999-12-01'), date '9999-12-01')") -}}
{% endmacro %}
