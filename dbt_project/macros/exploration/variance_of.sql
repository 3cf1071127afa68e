{#- The variance of some prepared columns together, from the covariances c_i_j. -#}
{% macro variance_of(positions) %}
  {%- set terms = [] -%}
  {%- for i in positions -%}
    {%- do terms.append('c_' ~ i ~ '_' ~ i) -%}
  {%- endfor -%}
  {{- return('(' ~ terms | join(' + ') ~ ')') -}}
{% endmacro %}
