{#- A table on DuckDB, replaced in one transaction and with few statements. dbt's own asks the query for its columns
    before it runs it, looks for indexes and foreign keys, renames twice, drops, and comments in statements of their
    own: a dozen for each of these tables, which takes longer than to fill most of them. -#}
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
