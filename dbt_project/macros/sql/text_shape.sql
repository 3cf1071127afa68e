{#- What a text looks like without what it says: every digit is 9, every letter a. -#}
{% macro text_shape(expression) %}
  {{- return(adapter.dispatch('segmentation_text_shape', 'warehouse_segmentation')(expression)) -}}
{% endmacro %}

{% macro default__segmentation_text_shape(expression) %}
  {%- set digits = 'regexp_replace(' ~ expression ~ ", '\\p{N}', '9', 'g')" -%}
  {{- return('regexp_replace(' ~ digits ~ ", '\\p{L}', 'a', 'g')") -}}
{% endmacro %}

{% macro spark__segmentation_text_shape(expression) %}
  {%- set digits = 'regexp_replace(' ~ expression ~ ", '\\\\p{N}', '9')" -%}
  {{- return('regexp_replace(' ~ digits ~ ", '\\\\p{L}', 'a')") -}}
{% endmacro %}
