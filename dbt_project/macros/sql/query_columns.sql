{#- The columns a query would return, as a list of {name, type}, types in lower case. Nothing is read. -#}
{% macro query_columns(query) %}
  {{- return(adapter.dispatch('segmentation_query_columns', 'warehouse_segmentation')(query)) -}}
{% endmacro %}

{% macro default__segmentation_query_columns(query) %}
  {%- set columns = [] -%}
  {%- for row in run_query('describe ' ~ query).rows -%}
    {%- do columns.append({'name': row[0], 'type': row[1] | lower}) -%}
  {%- endfor -%}
  {{- return(columns) -}}
{% endmacro %}

{% macro spark__segmentation_query_columns(query) %}
  {%- set columns = [] -%}
  {%- for row in run_query('describe query ' ~ query).rows -%}
    {%- do columns.append({'name': row[0], 'type': row[1] | lower}) -%}
  {%- endfor -%}
  {{- return(columns) -}}
{% endmacro %}
