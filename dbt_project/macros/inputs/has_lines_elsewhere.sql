{#- Whether an order line for which the condition `is_read` holds repeats the line_id of another line of its
    order for which it does not. Only the line_ids are compared first, because they are quicker to read. -#}
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
