{#- The condition of a line's day lying in one of some stretches, [{from, until}], in `time_zone`; lines without a
    readable day lie in the last month there is, 9999-12. The moment lets an engine skip what is stored elsewhere; the
    day is exact. -#}
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
      {#- open ends take what has no day with them -#}
      {%- do conditions.append('ordered_date is null') -%}
    {%- endif -%}
    {%- do conditions.append('(' ~ (parts | join(' and ') or 'true') ~ ')') -%}
  {%- endfor -%}
  {#- without brackets: Spark reads `t where (false)` as a table named `where` with a column `false` -#}
  {{- return('(' ~ conditions | unique | join(' or ') ~ ')' if conditions else 'false') -}}
{% endmacro %}
