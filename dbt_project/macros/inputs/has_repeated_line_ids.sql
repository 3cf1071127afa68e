{#- Whether a line_id stands on two of the lines that `is_read`, a condition, is true of: no line is repeated
    else. Where it is the key of all lines, this takes half as long to find out as whether an order has one
    twice; where it numbers the lines of each order, no time. -#}
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
