{#- A number in [0, 1) from the md5 of a seed and a text: the first 52 bits, so that it is the same
    double on every engine and in Python: int(md5(f'{seed}|{id}').hexdigest()[:13], 16) / 2**52. -#}
{% macro hash_uniform(seed, expression) %}
  {{- return(adapter.dispatch('segmentation_hash_uniform', 'warehouse_segmentation')(seed, expression)) -}}
{% endmacro %}

{% macro default__segmentation_hash_uniform(seed, expression) %}
  {{- return("cast(cast('0x' || substr(md5('" ~ seed ~ "|' || " ~ expression ~ "), 1, 13) as bigint) as double) / 4503599627370496.0") -}}
{% endmacro %}

{% macro spark__segmentation_hash_uniform(seed, expression) %}
  {{- return("cast(conv(substr(md5(concat('" ~ seed ~ "|', " ~ expression ~ ")), 1, 13), 16, 10) as double) / 4503599627370496.0d") -}}
{% endmacro %}
