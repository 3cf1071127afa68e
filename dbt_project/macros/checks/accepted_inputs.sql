{#- The figures of the last accepted run, or no rows before there was one. -#}
{% macro last_accepted(relation) %}
  {%- if relation is none %}
    select
        cast(null as timestamp) as accepted_at,
        cast(null as string) as input,
        cast(null as string) as measure,
        cast(null as string) as item,
        cast(null as string) as reason,
        cast(null as date) as day,
        cast(null as bigint) as rows
    where false
  {%- else %}
    select
        accepted_at,
        input,
        measure,
        item,
        reason,
        day,
        rows

    from {{ relation }}
    where accepted_at = (select max(accepted_at) from {{ relation }})
  {%- endif %}
{% endmacro %}

{#- The table of the accepted runs, or none before the first one. It is looked up by its name in the graph: it is
    built after the models that ask, and a ref would be circular. -#}
{% macro accepted_relation() %}
  {%- if not execute -%}{{- return(none) -}}{%- endif -%}
  {%- set node = graph.nodes['model.warehouse_segmentation.int_segmentation__accepted_inputs'] -%}
  {{- return(adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias)) -}}
{% endmacro %}

{#- Stops the branch with one error that lists everything input_checks found, before anything is kept, scored or
    published. Mere warnings are logged. -#}
{% macro stop_at_checks() %}
  {%- set checks = ref('warehouse_segmentation', 'input_checks') -%}
  {%- if execute and flags.WHICH in ['run', 'build', 'retry'] and load_relation(checks) is not none -%}
    {%- set stopped = [] -%}
    {%- set others = [] -%}
    {%- for row in run_query('select status, message from ' ~ checks ~ " where status <> 'passed' order by input, check_name, item").rows -%}
      {%- do (stopped if row[0] == 'stopped' else others).append(('Accepted: ' if row[0] == 'accepted' else '') ~ row[1].split() | join(' ')) -%}
    {%- endfor -%}
    {%- if stopped -%}
      {%- do exceptions.raise_compiler_error(stopped | join(' ')
            ~ " Hint: If this is meant, accept it once: segment run --accept-changes, or dbt build --vars 'accept_changes: true'.") -%}
    {%- endif -%}
    {%- for message in others -%}
      {%- do exceptions.warn(message) -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}

{#- The sums of figures of each input, one row per input. -#}
{% macro input_sums(figures) %}
    select
        input,
        sum(case when measure = 'rows' then rows else 0 end) as rows,
        sum(case when measure = 'rows' and reason is null then rows else 0 end) as usable,
        sum(case when measure = 'rows' and reason not in ('missing_customer_id', 'missing_order_id', 'ignored_status') then rows else 0 end) as unreadable,
        max(case when measure = 'customers' then rows end) as customers,
        max(case when measure = 'known_customers' then rows end) as known_customers,
        max(case when measure = 'known_rows' then rows end) as known_rows,
        max(case when measure = 'orders' then rows end) as orders,
        min(case when measure = 'rows' and reason is null then day end) as first_day,
        max(case when (measure = 'last_day' or measure = 'rows' and reason is null) and day <= {{ warehouse_segmentation.run_day() }} then day end) as last_day,
        count(distinct case when measure = 'rows' and reason is null then {{ warehouse_segmentation.month_floor('day') }} end) as months,
        count(case when measure = 'column' then 1 end) as columns

    from {{ figures }}
    group by input
{% endmacro %}

{#- Usable rows of each input by month. -#}
{% macro input_months(figures) %}
    select
        input,
        {{ warehouse_segmentation.month_floor('day') }} as month_start,
        sum(rows) as rows

    from {{ figures }}
    where measure = 'rows'
        and reason is null
        and day is not null
    group by
        input,
        {{ warehouse_segmentation.month_floor('day') }}
{% endmacro %}

{#- The numbers of the customers, name -> column of staging, whose smallest and largest values are checked: a
    value such as 118 may mean that the age is unknown. Ordered bands have the ends that their question gave them
    and are not checked. -#}
{% macro extreme_columns() %}
  {%- set columns = {} -%}
  {%- set types = warehouse_segmentation.input_types('customers') -%}
  {%- set bands = warehouse_segmentation.input_bands('customers') -%}
  {%- for name, column in {'age': 'age_given', 'annual_income': 'annual_income', 'spending_score': 'spending_score'}.items()
        if name in types and name not in bands -%}
    {%- do columns.update({name: 'people.' ~ column}) -%}
  {%- endfor -%}
  {%- for name in warehouse_segmentation.extra_attributes()
        if name in types and name not in bands
          and (warehouse_segmentation.type_family(types[name]) == 'number' or warehouse_segmentation.read_kind(warehouse_segmentation.read_entry('customers', name)) == 'number') -%}
    {%- do columns.update({name: 'people.' ~ warehouse_segmentation.attribute_column(name)}) -%}
  {%- endfor -%}
  {{- return(columns) -}}
{% endmacro %}
