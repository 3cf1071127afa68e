{#- The name of a column as an identifier, whatever characters it has: a quotation mark in it is doubled. -#}
{% macro quoted(name) %}
  {{- return(adapter.dispatch('segmentation_quoted', 'warehouse_segmentation')(name)) -}}
{% endmacro %}

{% macro default__segmentation_quoted(name) %}
  {{- return(adapter.quote(name | string | replace('"', '""'))) -}}
{% endmacro %}

{% macro spark__segmentation_quoted(name) %}
  {{- return(adapter.quote(name | string | replace('`', '``'))) -}}
{% endmacro %}
