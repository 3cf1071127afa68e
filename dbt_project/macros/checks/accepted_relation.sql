{#- The table of the runs that were accepted, or none before there was one. It is looked up by its name in
    the graph: it is built after everything that asks, and a ref would close a circle. -#}
{% macro accepted_relation() %}
  {%- if not execute -%}{{- return(none) -}}{%- endif -%}
  {%- set node = graph.nodes['model.warehouse_segmentation.int_segmentation__accepted_inputs'] -%}
  {{- return(adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias)) -}}
{% endmacro %}
