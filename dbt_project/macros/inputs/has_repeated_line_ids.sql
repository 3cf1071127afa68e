{#- Whether a line_id stands on two of the lines that `is_read`, a condition, is true of: no line is repeated
    else. Where it is the key of all lines, this takes half as long to find out as whether an order has one
    twice; where it numbers the lines of each order, no time. Whole numbers that are read as they are, and all of
    them, are looked at as numbers, without a text made of each. -#}
{% macro has_repeated_line_ids(transactions, is_read) %}
  {%- if not execute or load_relation(transactions) is none -%}{{- return(true) -}}{%- endif -%}
  {%- set type = warehouse_segmentation.input_types('transactions').get('line_id', '') -%}
  {%- set is_whole = type.startswith(('int', 'bigint', 'smallint', 'tinyint', 'long', 'short', 'byte')) -%}
  {%- set has_numbers = is_whole and is_read == 'true' and not warehouse_segmentation.read_entry('transactions', 'line_id') -%}
  {%- set line_id = warehouse_segmentation.quoted('line_id') if has_numbers else 'line_id' -%}
  {%- set query -%}
    select 1
    from {{ '(' ~ warehouse_segmentation.mapped_query('transactions') ~ ') as mapped' if has_numbers else transactions }}
    where {{ line_id }} is not null and {{ is_read }}
    group by {{ line_id }}
    having count(*) > 1
    limit 1
  {%- endset -%}
  {{- return(run_query(query).rows | length > 0) -}}
{% endmacro %}
