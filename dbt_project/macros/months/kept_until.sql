{#- The day until which the monthly tables may be kept, 'YYYY-MM-DD': months from it on are read again. None
    when all order lines have to be read. int_segmentation__transaction_months is looked up by its name in the graph: it is
    built after everything that asks, and a ref would close a circle. -#}
{% macro kept_until() %}
  {%- if not execute or flags.FULL_REFRESH or var('late_months', none) is none or var('lookback_days', none) is not none -%}
    {{- return(none) -}}
  {%- endif -%}
  {%- set relations = [] -%}
  {%- for name in warehouse_segmentation.monthly_models() -%}
    {%- set node = graph.nodes['model.warehouse_segmentation.' ~ name] -%}
    {%- set relation = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
    {%- if relation is none -%}{{- return(none) -}}{%- endif -%}
    {%- do relations.append(relation) -%}
  {%- endfor -%}
  {%- set columns = adapter.get_columns_in_relation(relations[-1]) | map(attribute='name') | list -%}
  {%- for name in ['as_of_date', 'built_at', 'settings'] if name not in columns -%}
    {#- written by an earlier version -#}
    {{- return(none) -}}
  {%- endfor -%}
  {%- set query -%}
    select
        {{ warehouse_segmentation.months_before('max(last_build.as_of_date)', var('late_months')) }},
        min(months.settings),
        max(months.settings)
    from {{ relations[-1] }} as months
    left join (
        select max(as_of_date) as as_of_date from {{ relations[-1] }}
        where built_at = (select max(built_at) from {{ relations[-1] }})
    ) as last_build
        on true
  {%- endset -%}
  {%- set row = run_query(query).rows[0] -%}
  {%- set settings = warehouse_segmentation.monthly_settings() -%}
  {%- if row[1] != settings or row[2] != settings -%}{{- return(none) -}}{%- endif -%}
  {{- return(row[0] | string) -}}
{% endmacro %}
