{#- A prepared value of one column back in natural units: the share of customers for a level. -#}
{% macro natural_value(prepared, position, transform='none') %}
  {%- set transformed = '(' ~ warehouse_segmentation.unscaled(prepared, suffix='_' ~ position) ~ ')' -%}
  {%- if transform == 'none' -%}{{- return(transformed) -}}{%- endif -%}
  {#- which fails where there is no such transform -#}
  {%- do warehouse_segmentation.transformed(prepared, transform) -%}
  {{- return(warehouse_segmentation.untransformed(transformed, "'" ~ transform ~ "'")) -}}
{% endmacro %}
