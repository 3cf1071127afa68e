{#- The condition that a part of the kept lines is in one of some stretches, [{from, until}]. -#}
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
