{#- Whether two of the lines for which the condition `is_read` holds have the same line_id; otherwise no line can
    be a repetition. Where line_id is unique among all lines, this takes half as long as looking for it twice
    within an order; where it numbers the lines of each order, it takes no time. -#}
{% macro has_repeated_line_ids(transactions, is_read) %}
  {%- if not execute or load_relation(transactions) is none -%}{{- return(true) -}}{%- endif -%}
  {%- set query -%}
    select 1
    from {{ transactions }}
    where line_id is not null and {{ is_read }}
    group by line_id
    having count(*) > 1
    limit 1
  {%- endset -%}
  {{- return(run_query(query).rows | length > 0) -}}
{% endmacro %}
