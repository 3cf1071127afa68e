{#- A prepared value of one column back in natural units: the share of customers for a level. -#}
{% macro natural_value(prepared, position, transform='none') %}
  {%- set transformed = '(' ~ prepared ~ ' / sqrt(weight_' ~ position ~ ') * standard_deviation_' ~ position ~ ' + mean_' ~ position ~ ')' -%}
  {%- if transform == 'none' -%}{{- return(transformed) -}}{%- endif -%}
  {{- return(warehouse_segmentation.untransformed(transformed, "'" ~ transform ~ "'")) -}}
{% endmacro %}
