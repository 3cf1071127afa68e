{#- The sum of the hashes of rows, the same in whatever order they come: 64 bits would not be enough. -#}
{% macro hash_sum(expressions) %}
  {{- return(adapter.dispatch('segmentation_hash_sum', 'warehouse_segmentation')(warehouse_segmentation.hashed(expressions))) -}}
{% endmacro %}

{% macro default__segmentation_hash_sum(hashed) %}
  {#- which adds up in 128 bits, in half the time that DECIMAL takes -#}
  {{- return('cast(sum(' ~ hashed ~ ') as decimal(38, 0))') -}}
{% endmacro %}

{% macro spark__segmentation_hash_sum(hashed) %}
  {{- return('cast(sum(cast(' ~ hashed ~ ' as decimal(20, 0))) as decimal(38, 0))') -}}
{% endmacro %}
