{#- How far a customer's value lies beyond the caps of its winsorised feature, in prepared units; 0 for
    values that are let through, for missing ones, and where the caps are one value, which has no scale. -#}
{% macro beyond_cap(column) %}
  {%- if column.kind != 'numeric' -%}
    {{- return('0.0e0') -}}
  {%- endif -%}
  {%- set p = column.position -%}
  {%- set value = warehouse_segmentation.feature_value(column.feature, column.kind) -%}
  {%- set cap = 'least(greatest(' ~ value ~ ', lower_bound_' ~ p ~ '), upper_bound_' ~ p ~ ')' -%}
  {{- return('case when lower_bound_' ~ p ~ ' < upper_bound_' ~ p ~ ' and (' ~ value ~ ' < lower_bound_' ~ p ~ ' or ' ~ value ~ ' > upper_bound_' ~ p ~ ')'
        ~ ' then (' ~ warehouse_segmentation.transformed(value, column.transform) ~ ' - ' ~ warehouse_segmentation.transformed(cap, column.transform) ~ ')'
        ~ ' / standard_deviation_' ~ p ~ ' * sqrt(weight_' ~ p ~ ') else 0.0e0 end') -}}
{% endmacro %}
