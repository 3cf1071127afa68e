{#- A table on DuckDB, replaced in one transaction and with few statements. dbt's own materialization asks for the
    query's columns before it runs it, looks for indexes and foreign keys, renames twice, drops, and comments, each in
    separate statements: a dozen per table, which takes longer than filling most of these tables. -#}
{% materialization segmentation_table, adapter='duckdb' %}
  {%- set existing = load_cached_relation(this) -%}
  {%- set built = this.incorporate(type='table') -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {%- if existing is not none and not existing.is_table -%}
    {%- do adapter.drop_relation(existing) -%}
  {%- endif -%}

  {% call statement('main') %}
create or replace table {{ built }} as (
{{ compiled_code }}
);
    {%- if config.get('contract').enforced %}
{{ warehouse_segmentation.kept_contract(built, model.columns) }};
{{ warehouse_segmentation.comments(built, model) }}
    {%- endif %}
  {% endcall %}

  {%- if not config.get('contract').enforced -%}
    {%- do persist_docs(built, model) -%}
  {%- endif -%}
  {%- do create_indexes(built) -%}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [built]}) }}
{% endmaterialization %}

{#- A table of the registry on DuckDB. dbt never fills it, so it is only created, or gets the columns that a newer
    version of the package adds. -#}
{% materialization segmentation_registry, adapter='duckdb' %}
  {%- set existing = load_cached_relation(this) -%}
  {%- set kept = this.incorporate(type='table') -%}
  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}
  {% call statement('main') %}
create table if not exists {{ kept }} as (
{{ compiled_code }}
);
  {% endcall %}
  {%- if existing is not none -%}
    {%- set columns = run_query(
        'select column_name, column_type from (describe ' ~ compiled_code ~ ') where column_name not in (select column_name from (describe ' ~ kept ~ '))'
    ).rows -%}
    {%- for column in columns -%}
      {%- do run_query('alter table ' ~ kept ~ ' add column ' ~ adapter.quote(column[0]) ~ ' ' ~ column[1]) -%}
    {%- endfor -%}
  {%- endif -%}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ adapter.commit() }}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [kept]}) }}
{% endmaterialization %}

{#- A query that fails where the columns of an existing table differ from its contract in name, type or order. It
    asks the existing table, because asking the query of the model takes as long as planning it. -#}
{% macro kept_contract(relation, columns) -%}
select error('This model has an enforced contract that failed: ' || string_agg(
    case
        when actual.place is null then contract.name || ' is missing'
        when contract.place is null then actual.column_name || ' is not in the contract'
        when actual.column_type <> contract.type then contract.name || ' is ' || actual.column_type || ', not ' || contract.type
        else contract.name || ' is column ' || actual.place || ', not ' || contract.place
    end,
    ', ' order by coalesce(contract.place, actual.place)
))
from (
    select column_name, column_type, row_number() over () as place from (describe {{ relation }})
) as actual
full join (
    values
    {%- for column in columns.values() %}
    ({{ loop.index }}, '{{ column.name }}', typeof(cast(null as {{ column.data_type }}))){{ ',' if not loop.last }}
    {%- endfor %}
) as contract(place, name, type)
    on actual.column_name = contract.name
where actual.place is distinct from contract.place
    or actual.column_type is distinct from contract.type
having count(*) > 0
{%- endmacro %}

{#- The statements that write a table's comments, with semicolons, where persist_docs is on. -#}
{% macro comments(relation, model) -%}
  {%- if config.persist_relation_docs() and model.description %}
comment on table {{ relation }} is '{{ model.description | replace("'", "''") }}';
  {%- endif -%}
  {%- if config.persist_column_docs() -%}
    {%- for column in model.columns.values() if column.description %}
comment on column {{ relation }}.{{ adapter.quote(column.name) }} is '{{ column.description | replace("'", "''") }}';
    {%- endfor -%}
  {%- endif -%}
{%- endmacro %}
