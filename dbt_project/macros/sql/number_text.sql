{#- A number for people to read: thousands apart, a fixed number of decimals, '1,234.5'. -#}
{% macro number_text(expression, decimals=0) %}
  {{- return(adapter.dispatch('segmentation_number_text', 'warehouse_segmentation')(expression, decimals)) -}}
{% endmacro %}

{% macro default__segmentation_number_text(expression, decimals) %}
  {{- return("format('{:,." ~ decimals ~ "f}', cast(" ~ expression ~ " as double))") -}}
{% endmacro %}

{% macro spark__segmentation_number_text(expression, decimals) %}
  {{- return("format_number(cast(" ~ expression ~ " as double), " ~ decimals ~ ")") -}}
{% endmacro %}
