{#- What an order is kept by: a number of 64 bits, which is only ever compared within one customer. Of a file of the
    newest days only, whose earlier lines cannot be read anew, one that every engine and version makes alike. -#}
{% macro order_key(expression) %}
  {%- if warehouse_segmentation.is_rolling('transactions') -%}
    {{- return(adapter.dispatch('segmentation_lasting_key', 'warehouse_segmentation')(expression)) -}}
  {%- endif -%}
  {{- return(warehouse_segmentation.hashed([expression])) -}}
{% endmacro %}

{% macro default__segmentation_lasting_key(expression) %}
  {{- return("cast('0x' || substr(md5(" ~ expression ~ "), 1, 15) as bigint)") -}}
{% endmacro %}

{% macro spark__segmentation_lasting_key(expression) %}
  {{- return("cast(conv(substr(md5(" ~ expression ~ "), 1, 15), 16, 10) as bigint)") -}}
{% endmacro %}
