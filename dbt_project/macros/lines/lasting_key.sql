{#- A BIGINT made of a text, the same on every engine and in every version of it. -#}
{% macro lasting_key(expression) %}
  {{- return(adapter.dispatch('segmentation_lasting_key', 'warehouse_segmentation')(expression)) -}}
{% endmacro %}

{% macro default__segmentation_lasting_key(expression) %}
  {{- return("cast('0x' || substr(md5(" ~ expression ~ "), 1, 15) as bigint)") -}}
{% endmacro %}

{% macro spark__segmentation_lasting_key(expression) %}
  {{- return("cast(conv(substr(md5(" ~ expression ~ "), 1, 15), 16, 10) as bigint)") -}}
{% endmacro %}
