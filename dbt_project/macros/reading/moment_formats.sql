{#- The formats that an entry in `read` gives for moments, as a list. -#}
{% macro moment_formats(entry) %}
  {{- return(warehouse_segmentation.read_list(entry.get('format'))) -}}
{% endmacro %}
