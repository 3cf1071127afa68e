{#- The date where it is the first day of a month, else that of the next. -#}
{% macro month_ceiling(date_expression) %}
  {%- set floor = warehouse_segmentation.month_floor(date_expression) -%}
  {{- return('case when ' ~ date_expression ~ ' = ' ~ floor ~ ' then ' ~ floor ~ ' else cast(' ~ floor ~ " + interval '1' month as date) end") -}}
{% endmacro %}
