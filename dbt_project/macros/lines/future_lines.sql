{#- A query for the customer and the text of each line that would be used but for its date, which is as_of_date or later;
    none where there is none, which is known at once. Their texts are in the input and not among what is kept; of
    lines that only earlier files had, a text of what is kept has to do. -#}
{% macro future_lines(lines) %}
  {%- set dates = ref('warehouse_segmentation', 'int_segmentation__as_of_date') -%}
  {%- set transactions = ref('warehouse_segmentation', 'stg_segmentation__transactions') -%}
  {%- if not execute or flags.WHICH not in ['run', 'build', 'retry'] -%}{{- return(none) -}}{%- endif -%}
  {%- set query -%}
    select
        max(case when lines.reason is null then as_of.as_of_date end),
        max(case when lines.reason is null then as_of.kept_before_date end),
        count(case when lines.reason = 'duplicate_line_id' then 1 end)
    from {{ lines }} as lines
    cross join {{ dates }} as as_of
    where lines.ordered_date >= as_of.as_of_date
  {%- endset -%}
  {%- set as_of_date, kept_before, repeated = run_query(query).rows[0] -%}
  {%- if as_of_date is none -%}{{- return(none) -}}{%- endif -%}
  {%- set is_future = "ordered_date >= date '" ~ as_of_date ~ "'" -%}
  {%- set is_read -%}
    {{ is_future }}{{ " and ordered_date >= date '" ~ kept_before ~ "'" if kept_before is not none }}
  {%- endset -%}
  {%- set future -%}
    select
        lines.customer_id,
        lines.record
    from (
        select
            *,
            {{ warehouse_segmentation.line_record() }} as record
            {%- if repeated %},
            case when line_id is not null then {{ warehouse_segmentation.place_among_repeated() }} end as occurrence
            {%- endif %}
        from {{ transactions }}
        where reject_reason is null
            and {{ is_read }}
    ) as lines
    {%- if repeated %}
    -- of a repeated line the first is used, unless it is older
    left join (
        select distinct
            order_key,
            line_key
        from {{ lines }}
        where reason is null
            and {{ is_future }}
    ) as used
        on {{ warehouse_segmentation.order_key('lines.order_id') }} = used.order_key
        and {{ warehouse_segmentation.line_key('lines.') }} = used.line_key
    where lines.line_id is null
        or (lines.occurrence = 1 and used.order_key is not null)
    {%- endif %}
    {%- if kept_before is not none %}

    union all

    select
        customer_id,
        {{ warehouse_segmentation.record_text({
            'customer_id': 'customer_id', 'product_id': 'product_id', 'quantity': 'quantity', 'discount_amount': 'discount_amount',
            'amount': 'amount', 'ordered_at': 'ordered_at_local'}, warehouse_segmentation.input_types('transactions')) }}
    from {{ lines }}
    where reason is null
        and {{ is_future }}
        and order_month < date '{{ kept_before }}'
    {%- endif %}
  {%- endset -%}
  {{- return(future) -}}
{% endmacro %}
