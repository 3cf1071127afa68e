{#- A prepared value before it was standardised and weighted: still under the transform, and the share of
    customers for a level. `prefix` and `suffix` lead to the columns of its mean, deviation and weight. -#}
{% macro unscaled(prepared, prefix='', suffix='') %}
  {{- return(prepared ~ ' / sqrt(' ~ prefix ~ 'weight' ~ suffix ~ ') * ' ~ prefix ~ 'standard_deviation' ~ suffix
        ~ ' + ' ~ prefix ~ 'mean' ~ suffix) -}}
{% endmacro %}
