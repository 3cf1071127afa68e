{#- A table of the registry on DuckDB. dbt never fills it, so it is only made, or given the columns that a newer version
    of the package adds. -#}
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
