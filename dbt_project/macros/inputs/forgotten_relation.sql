{#- The table of those who were forgotten, or none where there is nobody in it, and nothing has to be compared. It is
    looked up by its name in the graph: macros ask that have no lineage of their own. -#}
{% macro forgotten_relation() %}
  {%- if not execute -%}{{- return(none) -}}{%- endif -%}
  {%- set node = graph.nodes['model.warehouse_segmentation.int_segmentation__forgotten'] -%}
  {%- set relation = adapter.get_relation(database=node.database, schema=node.schema, identifier=node.alias) -%}
  {%- if relation is none or not run_query('select 1 from ' ~ relation ~ ' limit 1').rows | length -%}
    {{- return(none) -}}
  {%- endif -%}
  {{- return(relation) -}}
{% endmacro %}
