{#- The unit in which lines are kept and replaced: the first day of the month or, for a file that has only the newest
    days (`is_rolling`, a condition), the date itself, since such a file seldom begins with a month. Rows without a
    readable date, or with a date at the end of time, belong to the month 9999-12. -#}
{% macro order_month(date_expression, is_rolling) %}
  {%- set part = 'case when ' ~ is_rolling ~ ' then ' ~ date_expression ~ ' else ' ~ warehouse_segmentation.month_floor(date_expression) ~ ' end' -%}
  {{- return("least(coalesce(" ~ part ~ ", date '9999-12-01'), date '9999-12-01')") -}}
{% endmacro %}

{#- The date if it is the first day of a month, otherwise the first day of the next month. -#}
{% macro month_ceiling(date_expression) %}
  {%- set floor = warehouse_segmentation.month_floor(date_expression) -%}
  {{- return('case when ' ~ date_expression ~ ' = ' ~ floor ~ ' then ' ~ floor ~ ' else cast(' ~ floor ~ " + interval '1' month as date) end") -}}
{% endmacro %}

{#- The first day of the month that is a number of months before the month of the day before a date. Lines from this
    day on may still change when as_of_date is that date. -#}
{% macro months_before(date_expression, months) %}
  {{- return("cast(date_trunc('month', " ~ warehouse_segmentation.add_days(date_expression, -1) ~ ") - interval '" ~ months ~ "' month as date)") -}}
{% endmacro %}

{#- The condition that a part of the kept lines is in one of the stretches, [{from, until}]. -#}
{% macro parts_in(stretches, column='order_month') %}
  {%- set conditions = [] -%}
  {%- for stretch in stretches -%}
    {%- set parts = [] -%}
    {%- if stretch.from -%}{%- do parts.append(column ~ " >= date '" ~ stretch.from ~ "'") -%}{%- endif -%}
    {%- if stretch.until -%}{%- do parts.append(column ~ " < date '" ~ stretch.until ~ "'") -%}{%- endif -%}
    {%- do conditions.append('(' ~ (parts | join(' and ') or 'true') ~ ')') -%}
  {%- endfor -%}
  {#- without brackets: Spark reads `t where (false)` as a table named `where` with a column `false` -#}
  {{- return('(' ~ conditions | join(' or ') ~ ')' if conditions else 'false') -}}
{% endmacro %}

{#- The condition that the day of a line is in one of the stretches, [{from, until}], in `time_zone`. Lines without a
    readable day belong to the last month, 9999-12. The comparison of the timestamp lets an engine skip stored data;
    the comparison of the day is exact. -#}
{% macro lines_in(stretches) %}
  {%- set conditions = [] -%}
  {%- for stretch in stretches -%}
    {%- set parts = [] -%}
    {%- if stretch.from -%}
      {%- do parts.append("ordered_at >= timestamp '" ~ stretch.from ~ " 00:00:00' - interval '2' day and ordered_date >= date '" ~ stretch.from ~ "'") -%}
    {%- endif -%}
    {%- if stretch.until -%}
      {%- do parts.append("ordered_at < timestamp '" ~ stretch.until ~ " 00:00:00' + interval '2' day and ordered_date < date '" ~ stretch.until ~ "'") -%}
    {%- else -%}
      {#- open ends include lines without a day -#}
      {%- do conditions.append('ordered_date is null') -%}
    {%- endif -%}
    {%- do conditions.append('(' ~ (parts | join(' and ') or 'true') ~ ')') -%}
  {%- endfor -%}
  {#- without brackets: Spark reads `t where (false)` as a table named `where` with a column `false` -#}
  {{- return('(' ~ conditions | unique | join(' or ') ~ ')' if conditions else 'false') -}}
{% endmacro %}
