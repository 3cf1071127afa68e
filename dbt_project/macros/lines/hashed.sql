{#- A BIGINT made of values, in their order; a missing value counts as one. Engines, and
    versions of one, make different numbers of the same values. -#}
{% macro hashed(expressions) %}
  {{- return(adapter.dispatch('segmentation_hashed', 'warehouse_segmentation')(expressions)) -}}
{% endmacro %}

{% macro default__segmentation_hashed(expressions) %}
  {#- which is unsigned: the lowest bit is left out -#}
  {{- return('cast(hash(' ~ expressions | join(', ') ~ ') >> 1 as bigint)') -}}
{% endmacro %}

{% macro spark__segmentation_hashed(expressions) %}
  {#- which leaves missing values out: the same text in the next column would be the same number -#}
  {%- set told = [] -%}
  {%- for expression in expressions -%}
    {%- do told.append('(' ~ expression ~ ') is null, ' ~ expression) -%}
  {%- endfor -%}
  {{- return('xxhash64(' ~ told | join(', ') ~ ')') -}}
{% endmacro %}
