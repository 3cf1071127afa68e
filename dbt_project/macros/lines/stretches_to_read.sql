{#- The stretches of days whose order lines this build reads and replaces, [{from, until}], 'YYYY-MM-DD' or none for
    an open end; none where it reads all lines. Those are read of which the number of lines or, where
    `line_checksums` has it compared, any field is not what is kept; all lines where the settings changed, the
    months before a file of the newest days only excepted. A table that is to be read anew as a whole is dropped, so
    that its lines are written once. -#}
{% macro stretches_to_read() %}
  {%- set figures = ref('warehouse_segmentation', 'int_segmentation__input_figures') -%}
  {%- set dates = ref('warehouse_segmentation', 'int_segmentation__as_of_date') -%}
  {%- set transactions = ref('warehouse_segmentation', 'stg_segmentation__transactions') -%}
  {%- if not execute or flags.FULL_REFRESH or flags.WHICH not in ['run', 'build', 'retry'] -%}{{- return(none) -}}{%- endif -%}
  {%- do warehouse_segmentation.drop_retired() -%}
  {%- set found = load_relation(this) -%}
  {%- if found is none -%}{{- return(none) -}}{%- endif -%}
  {%- set kept = warehouse_segmentation.kept_lines() -%}
  {%- set as_of = run_query('select kept_before_date, is_rolling from ' ~ dates).rows[0] -%}
  {%- set boundary = as_of[0] | string if as_of[0] is not none else none -%}
  {%- set is_rolling = as_of[1] -%}
  {%- set is_anew = true -%}
  {%- if kept is not none and var('late_months', none) is not none -%}
    {%- set since = " where order_month >= date '" ~ boundary ~ "'" if boundary else '' -%}
    {%- set row = run_query('select min(settings), max(settings) from ' ~ kept ~ since).rows[0] -%}
    {%- set settings = warehouse_segmentation.line_settings() -%}
    {%- set is_anew = (row[0] is none and not boundary) or (row[0] is not none and (row[0] != settings or row[1] != settings)) -%}
  {%- endif -%}
  {%- if is_anew and (kept is none or not boundary) -%}
    {%- do adapter.drop_relation(found) -%}
    {{- return(none) -}}
  {%- endif -%}
  {%- if is_anew -%}
    {{- return([{'from': boundary, 'until': none}]) -}}
  {%- endif -%}

  {%- set conditions = ['kept_lines <> file_lines'] -%}
  {%- if var('line_checksums') -%}
    {%- do conditions.append('coalesce(kept_checksum, 0) <> coalesce(file_checksum, 0)') -%}
  {%- else -%}
    {#- what may still be corrected without a line more or less -#}
    {%- set newest -%}
      select {{ warehouse_segmentation.months_before('least(as_of_date, newest_date)', var('late_months')) }}
      from {{ dates }}
      cross join (
          select {{ warehouse_segmentation.add_days('max(ordered_date)', 1) }} as newest_date
          from {{ kept }}
          where reason is null and ordered_date <= {{ warehouse_segmentation.run_day() }}
      ) as lines
    {%- endset -%}
    {%- set late_from = run_query(newest).rows[0][0] -%}
    {%- do conditions.append("coalesce(next_month > date '" ~ late_from ~ "', true)" if late_from is not none else 'true') -%}
  {%- endif -%}
  {%- set query -%}
    select
        {#- what is older than all that is kept belongs to its first part #}
        case when not is_first {{ 'or true' if boundary }} then {{ 'order_month' if is_rolling else warehouse_segmentation.month_floor('order_month') }} end as first_day,
        {{ 'next_month' if is_rolling else warehouse_segmentation.month_ceiling('next_month') }} as next_day
    from (
        select
            *,
            order_month = min(order_month) over () as is_first
        from (
            {{ warehouse_segmentation.kept_parts(kept, figures, boundary, checksums=var('line_checksums')) }}
        ) as parts
    ) as compared
    where ({{ conditions | join(' or ') }})
        {%- if boundary %}
        and order_month >= date '{{ boundary }}'
        {%- endif %}
    order by order_month
  {%- endset -%}
  {%- set stretches = [] -%}
  {%- for row in run_query(query).rows -%}
    {%- do stretches.append({'from': row[0] | string if row[0] is not none else none, 'until': row[1] | string if row[1] is not none else none}) -%}
  {%- endfor -%}
  {%- if stretches and 'line_id' in warehouse_segmentation.input_expressions('transactions') -%}
    {%- do stretches.extend(warehouse_segmentation.repeating_stretches(kept, transactions, stretches, boundary, is_rolling)) -%}
  {%- endif -%}
  {{- return(stretches) -}}
{% endmacro %}
