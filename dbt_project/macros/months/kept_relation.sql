{#- The table that counts what the monthly tables hold, or none where nothing of them may be kept: they are
    not all there, or everything is read anew. It is looked up by its name in the graph: it is built after
    everything that asks, and a ref would close a circle. -#}
{% macro kept_relation() %}
  {%- if not execute or flags.FULL_REFRESH or var('lookback_days', none) is not none -%}
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
  {{- return(relations[-1]) -}}
{% endmacro %}
