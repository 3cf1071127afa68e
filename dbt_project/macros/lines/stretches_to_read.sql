{#- The stretches of days whose order lines this build reads and replaces, [{from, until}], 'YYYY-MM-DD' or none for
    an open end; none where it reads all lines. A stretch is read again if its number of lines, or with
    `line_checksums` any field, differs from what is kept. All lines are read where the settings changed, except the
    months before a file that has only the newest days. A table that is read again completely is dropped first, so
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
    {#- months that may still be corrected without a change in the number of lines -#}
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
        {#- lines older than everything that is kept belong to its first part #}
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

{#- The parts outside the stretches that have a line with the same order and line_id as a line inside them, now or
    when it was kept. Which of the two is used may change although nothing in its own month changed. -#}
{% macro repeating_stretches(kept, transactions, stretches, boundary, is_rolling) %}
  {%- set reached = "and kept.order_month >= date '" ~ boundary ~ "'" if boundary else '' -%}
  {%- set repeated -%}
    select distinct kept.order_month
    from {{ kept }} as kept
    inner join {{ kept }} as others
        on kept.order_key = others.order_key
    where kept.reason = 'duplicate_line_id'
        and not {{ warehouse_segmentation.parts_in(stretches, 'kept.order_month') }}
        and {{ warehouse_segmentation.parts_in(stretches, 'others.order_month') }}
        {{ reached }}
  {%- endset -%}
  {%- set days = run_query(repeated).columns[0].values() | list -%}
  {%- if warehouse_segmentation.has_lines_elsewhere(transactions, warehouse_segmentation.lines_in(stretches)) -%}
    {%- set repeating -%}
      select distinct kept.order_month
      from (
          select
              order_id,
              line_id,
              min(ordered_at) as ordered_at
          from {{ transactions }}
          where line_id is not null
              and {{ warehouse_segmentation.lines_in(stretches) }}
          group by order_id, line_id
      ) as read_again
      inner join {{ transactions }} as others
          on read_again.order_id = others.order_id
          and read_again.line_id = others.line_id
          and read_again.ordered_at <= others.ordered_at
      inner join (
          select
              order_month,
              lead(order_month) over (order by order_month) as next_month
          from (select distinct order_month from {{ kept }}) as months
      ) as kept
          on others.ordered_date >= kept.order_month
          and (kept.next_month is null or others.ordered_date < kept.next_month)
      where not {{ warehouse_segmentation.parts_in(stretches, 'kept.order_month') }}
        {{ reached }}
    {%- endset -%}
    {%- do days.extend(run_query(repeating).columns[0].values() | list) -%}
  {%- endif -%}
  {%- set found = [] -%}
  {%- if days -%}
    {%- set parts -%}
      select
          {{ 'order_month' if is_rolling else warehouse_segmentation.month_floor('order_month') }} as first_day,
          {{ 'next_month' if is_rolling else warehouse_segmentation.month_ceiling('next_month') }} as next_day
      from (
          select
              order_month,
              lead(order_month) over (order by order_month) as next_month
          from (select distinct order_month from {{ kept }}) as months
      ) as parts
      where order_month in ({% for day in days | unique %}date '{{ day }}'{{ ', ' if not loop.last }}{% endfor %})
    {%- endset -%}
    {%- for row in run_query(parts).rows -%}
      {%- do found.append({'from': row[0] | string, 'until': row[1] | string if row[1] is not none else none}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(found) -}}
{% endmacro %}

{#- The parts in which order lines are kept (months, or days for a file that has only the newest days), each with its
    number of kept lines and of lines in the input now. A part ends where the next one begins; the first one goes back
    to the beginning of time. `boundary`, a day or none, also begins a part, of which nothing may be kept. Lines
    without a day are in the part 9999-12-01. With `checksums`, the sums of both are included. -#}
{% macro kept_parts(kept, figures, boundary=none, checksums=false) %}
    select
        parts.order_month,
        parts.next_month,
        max(parts.lines) as kept_lines,
        coalesce(sum(days.rows), 0) as file_lines
        {%- if checksums %},
        max(parts.checksum) as kept_checksum,
        sum(days.checksum) as file_checksum
        {%- endif %}

    from (
        select
            order_month,
            lines,
            {%- if checksums %}
            checksum,
            {%- endif %}
            row_number() over (order by order_month) as place,
            lead(order_month) over (order by order_month) as next_month
        from (
            select
                order_month,
                sum(lines) as lines
                {%- if checksums %},
                sum(checksum) as checksum
                {%- endif %}
            from (
                select
                    order_month,
                    count(*) as lines
                    {%- if checksums %},
                    {{ warehouse_segmentation.line_checksum(is_kept=true) }} as checksum
                    {%- endif %}
                from {{ kept }}
                where reason is null
                    or reason <> 'no_line'
                group by order_month

                {%- for day in ['9999-12-01', boundary] | select %}

                union all

                select
                    date '{{ day }}',
                    0
                    {%- if checksums %},
                    cast(null as decimal(38, 0))
                    {%- endif %}
                {%- endfor %}
            ) as stacked
            group by order_month
        ) as counted
    ) as parts
    left join (
        select
            coalesce(day, date '9999-12-01') as day,
            sum(rows) as rows
            {%- if checksums %},
            sum(checksum) as checksum
            {%- endif %}
        from {{ figures }}
        where input = 'transactions'
            and measure = 'rows'
        group by coalesce(day, date '9999-12-01')
    ) as days
        on (parts.order_month <= days.day or parts.place = 1)
        and (parts.next_month is null or days.day < parts.next_month)
    group by
        parts.order_month,
        parts.next_month
{% endmacro %}

{#- The table of kept order lines, or none where nothing of it may be kept: it does not exist, was made by an earlier
    version, or everything is read again. It is looked up by its name in the graph: it is built after the models that
    ask, and a ref would be circular. -#}
{% macro kept_lines() %}
  {%- if not execute or flags.FULL_REFRESH -%}
    {{- return(none) -}}
  {%- endif -%}
  {%- set node = graph.nodes['model.warehouse_segmentation.int_segmentation__order_lines'] -%}
  {%- set relation = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
  {%- if relation is none or 'settings' not in adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {{- return(none) -}}
  {%- endif -%}
  {{- return(relation) -}}
{% endmacro %}

{#- A query for the customer and the text of each line that is unused only because its date is as_of_date or later;
    none where there is no such line, which is known immediately. Their texts are in the input, not in the kept table;
    for lines that only earlier files had, a text is built from what is kept. -#}
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
    -- the first of a repeated line is used, unless it is older
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

{#- The day on which the order lines of the input begin, ignoring a few early stragglers (one in a hundred). One
    row, NULL without a dated line. -#}
{% macro first_days(figures) %}
    select max(case when rows_before <= 0.01 * all_rows then day end) as first_day
    from (
        select
            day,
            sum(rows) over (order by day) - rows as rows_before,
            sum(rows) over () as all_rows
        from (
            select
                day,
                sum(rows) as rows
            from {{ figures }}
            where input = 'transactions'
                and measure = 'rows'
                and day <= {{ warehouse_segmentation.run_day() }}
            group by day
        ) as days
    ) as summed
{% endmacro %}
