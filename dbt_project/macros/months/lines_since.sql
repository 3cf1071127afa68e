{#- The condition of a line's day being a day, 'YYYY-MM-DD', or later, lines without a readable day
    included where asked for. The moment lets an engine skip what is stored long before; the day, in
    `time_zone`, is exact. -#}
{% macro lines_since(day, or_undated=false) %}
  {%- set moment = "ordered_at >= timestamp '" ~ day ~ " 00:00:00' - interval '2' day" -%}
  {%- set date = "ordered_date >= date '" ~ day ~ "'" -%}
  {%- if or_undated -%}
    {{- return('(ordered_at is null or ' ~ moment ~ ') and (ordered_date is null or ' ~ date ~ ')') -}}
  {%- endif -%}
  {{- return(moment ~ ' and ' ~ date) -}}
{% endmacro %}
