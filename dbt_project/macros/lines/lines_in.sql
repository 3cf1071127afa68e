{#- The condition that the day of a line is in one of some stretches, [{from, until}], in `time_zone`. Lines
    without a readable day belong to the last month, 9999-12. The comparison of the timestamp lets an engine skip
    stored data; the comparison of the day is exact. -#}
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
