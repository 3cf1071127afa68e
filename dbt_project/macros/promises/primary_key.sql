{#- The columns of a public table's grain, as the `meta` of its YAML declares them once for tests, for the published
    copy and for other tools. They are known from the graph, which is there when a test runs, not when it is parsed. -#}
{% macro primary_key(model) %}
  {%- if not execute -%}{{- return([]) -}}{%- endif -%}
  {{- return(graph.nodes['model.warehouse_segmentation.' ~ model].config.meta.primary_key) -}}
{% endmacro %}
