{#- A status in lower case, with blanks for underscores and hyphens and without the prefixes of systems; NULL where it
    is missing. `text` is a status after reading. -#}
{% macro conformed_status(text) %}
  {%- set plain = "trim(replace(replace(lower(" ~ text ~ "), '_', ' '), '-', ' '))" -%}
  {%- set branches = [] -%}
  {%- for prefix in warehouse_segmentation.status_prefixes() -%}
    {%- do branches.append('when ' ~ plain ~ " like '" ~ prefix ~ "%' then trim(substr(" ~ plain ~ ', ' ~ (prefix | length + 1) ~ '))') -%}
  {%- endfor -%}
  {{- return('case ' ~ branches | join(' ') ~ ' else ' ~ plain ~ ' end') -}}
{% endmacro %}

{#- A status of a variable's list, in the form of conformed_status(). -#}
{% macro status_text(status) %}
  {%- set text = status | string | lower | replace('_', ' ') | replace('-', ' ') | trim -%}
  {%- for prefix in warehouse_segmentation.status_prefixes() -%}
    {%- if text.startswith(prefix) -%}{{- return(text[prefix | length:] | trim) -}}{%- endif -%}
  {%- endfor -%}
  {{- return(text) -}}
{% endmacro %}

{#- The prefixes that systems put before the name of a status ('wc-completed'), as they are in a conformed
    status. -#}
{% macro status_prefixes() %}
  {{- return(['wc ', 'edd ', 'order status ', 'order state ', 'order: ', 'order ', 'status: ', 'status ']) -}}
{% endmacro %}

{#- True where a conformed status is in a list, however its words are separated: 'on hold', 'on_hold' and 'OnHold' are
    one. -#}
{% macro status_is_one_of(expression, statuses) %}
  {%- set texts = [] -%}
  {%- for status in statuses or [] -%}
    {%- do texts.append(warehouse_segmentation.status_text(status) | replace(' ', '')) -%}
  {%- endfor -%}
  {{- return(warehouse_segmentation.is_one_of('replace(' ~ expression ~ ", ' ', '')", texts | unique | list)) -}}
{% endmacro %}

{#- Whether a line without a status belongs to an order whose other lines have one. It first looks for lines
    without a status: where there are none, the answer is immediate. -#}
{% macro has_status_gaps(types) %}
  {%- if not execute or 'status' not in types -%}{{- return(false) -}}{%- endif -%}
  {%- set mapped = '(' ~ warehouse_segmentation.mapped_query('transactions') ~ ') as mapped' -%}
  {%- set status = warehouse_segmentation.read_column('transactions', 'status', 'category', types) -%}
  {%- if not run_query('select 1 from ' ~ mapped ~ ' where ' ~ status ~ ' is null limit 1').rows | length -%}
    {{- return(false) -}}
  {%- endif -%}
  {%- set query -%}
    select 1
    from (
        select
            {{ warehouse_segmentation.read_column('transactions', 'order_id', 'id', types) }} as order_id,
            {{ warehouse_segmentation.read_column('transactions', 'customer_id', 'id', types) }} as customer_id,
            {{ status }} as status
        from {{ mapped }}
    ) as statuses
    where order_id is not null and customer_id is not null
    group by order_id, customer_id
    having count(status) > 0 and count(status) < count(*)
    limit 1
  {%- endset -%}
  {{- return(run_query(query).rows | length > 0) -}}
{% endmacro %}
