{#- What a line is kept and replaced by: the first day of its date's month or, of a file of the newest days
    only (`is_rolling`, a condition), the date itself, since such a file seldom begins with a month. Rows
    without a readable date are of the month 9999-12, which lies in every range that is open at its end: they
    are read again each time. -#}
{% macro order_month(date_expression, is_rolling='false') %}
  {%- set month = "cast(date_trunc('month', " ~ date_expression ~ ") as date)" -%}
  {%- set part = month if is_rolling == 'false' else 'case when ' ~ is_rolling ~ ' then ' ~ date_expression ~ ' else ' ~ month ~ ' end' -%}
  {{- return('coalesce(' ~ part ~ ", date '9999-12-01')") -}}
{% endmacro %}
