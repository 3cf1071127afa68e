{#- Whether a date is a Saturday or Sunday: days since a Monday, since engines number weekdays differently. -#}
{% macro is_weekend(date_expression) %}
  {%- set days = warehouse_segmentation.days_between("date '1900-01-01'", date_expression) -%}
  {{- return('(' ~ days ~ ' % 7) >= 5') -}}
{% endmacro %}
