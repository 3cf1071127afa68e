{#- A day since which there are usable order lines, 'YYYY-MM-DD', or none when all have to be looked at:
    whether a line is usable takes far longer to find out than its day. -#}
{% macro newest_lines_from(transactions, is_usable, kept_until) %}
  {%- if not execute or load_relation(transactions) is none -%}{{- return(none) -}}{%- endif -%}
  {%- if kept_until -%}
    {%- set day = kept_until -%}
  {%- else -%}
    {%- set newest = run_query('select ' ~ warehouse_segmentation.add_days('max(ordered_date)', -31) ~ ' from ' ~ transactions
          ~ " where ordered_date <= date '" ~ run_started_at.strftime('%Y-%m-%d') ~ "'").rows -%}
    {%- if not newest | length or newest[0][0] is none -%}{{- return(none) -}}{%- endif -%}
    {%- set day = newest[0][0] | string -%}
  {%- endif -%}
  {%- set found = run_query('select 1 from ' ~ transactions ~ ' where ' ~ warehouse_segmentation.lines_since(day) ~ ' and ' ~ is_usable ~ ' limit 1').rows -%}
  {{- return(day if found | length else none) -}}
{% endmacro %}
