{#- What is kept of the id of a customer who was forgotten: SHA-256 in hexadecimal digits, the same on every engine. -#}
{% macro customer_hash(salt, customer_id) %}
  {{- return(adapter.dispatch('segmentation_customer_hash', 'warehouse_segmentation')(salt, customer_id)) -}}
{% endmacro %}

{% macro default__segmentation_customer_hash(salt, customer_id) %}
  {{- return('sha256(' ~ salt ~ " || '|' || " ~ customer_id ~ ')') -}}
{% endmacro %}

{% macro spark__segmentation_customer_hash(salt, customer_id) %}
  {{- return('sha2(' ~ salt ~ " || '|' || " ~ customer_id ~ ', 256)') -}}
{% endmacro %}
