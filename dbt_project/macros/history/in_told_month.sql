{#- The condition that an order line belongs to the month of the day before `as_of_date`. The bounds are
    literals, so that an engine skips the stored data of other months. -#}
{% macro in_told_month() %}
  {%- set as_of = ref('warehouse_segmentation', 'int_segmentation__as_of_date') -%}
  {%- if not execute or load_relation(as_of) is none -%}{{- return('true') -}}{%- endif -%}
  {%- set begins = warehouse_segmentation.month_floor(warehouse_segmentation.add_days('as_of_date', -1)) -%}
  {%- set query = 'select ' ~ begins ~ ', cast(' ~ begins ~ " + interval '1' month as date) from " ~ as_of -%}
  {%- set bounds = run_query(query).rows[0] -%}
  {{- return("order_month >= date '" ~ bounds[0] ~ "' and order_month < date '" ~ bounds[1] ~ "'") -}}
{% endmacro %}
