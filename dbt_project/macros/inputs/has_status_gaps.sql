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
