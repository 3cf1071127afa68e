{#- The rank of a line among the lines of its order with the same line_id. The first usable one is used. -#}
{% macro place_among_repeated(alias=none) %}
  {%- set dot = alias ~ '.' if alias else '' %}
            row_number() over (
                partition by {{ dot }}order_id, {{ dot }}line_id
                order by
                    case when {{ dot }}reject_reason is null then 0 else 1 end,
                    {%- for name in ['ordered_at', 'amount', 'customer_id', 'product_id', 'product_category', 'channel', 'status', 'quantity', 'discount_amount'] %}
                    {{ dot }}{{ name }}{{ ',' if not loop.last }}
                    {%- endfor %}
            )
{%- endmacro %}

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

{#- Whether two of the lines for which the condition `is_read` holds have the same line_id; otherwise no line can
    be a repetition. Where line_id is unique among all lines, this takes half as long as looking for it twice
    within an order; where it numbers the lines of each order, it takes no time. Where all line ids are whole numbers, they
    are compared as numbers, without making a text of each. -#}
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
