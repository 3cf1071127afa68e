{#- The table of the order lines that are kept, or none where nothing of it may be kept: it is not there, was
    made by an earlier version, or everything is read anew. It is looked up by its name in the graph: it is built
    after everything that asks, and a ref would close a circle. -#}
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
