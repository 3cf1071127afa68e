{#- Whether one of the lines that `is_read`, a condition, is true of stands among the others too, an order's with the
    same line_id. The line_ids alone are compared first: they are read sooner. -#}
{% macro has_lines_elsewhere(transactions, is_read) %}
  {%- if not execute -%}{{- return(true) -}}{%- endif -%}
  {%- for keys in [['line_id'], ['line_id', 'order_id']] -%}
    {%- set query -%}
      select 1
      from {{ transactions }} as others
      inner join (
          select distinct {{ keys | join(', ') }} from {{ transactions }}
          where line_id is not null and {{ is_read }}
      ) as recent
          on {% for key in keys %}{{ 'and ' if not loop.first }}others.{{ key }} = recent.{{ key }} {% endfor %}
      where not coalesce({{ is_read }}, false)
      limit 1
    {%- endset -%}
    {%- if not run_query(query).rows | length -%}{{- return(false) -}}{%- endif -%}
  {%- endfor -%}
  {{- return(true) -}}
{% endmacro %}
