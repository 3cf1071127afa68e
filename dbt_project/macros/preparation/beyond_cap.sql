{#- How far the value of a customer is beyond the caps of its winsorised feature, in prepared units. 0 within the
    caps, for missing values, and where both caps are the same value, which has no scale. `customers` and
    `parameters` are as in prepared_column(). -#}
{% macro beyond_cap(column) %}
  {%- if column.kind != 'numeric' -%}
    {{- return('0.0e0') -}}
  {%- endif -%}
  {%- set p = column.position -%}
  {%- set value = warehouse_segmentation.feature_value(column.feature, column.kind, 'customers.') -%}
  {%- set lower = 'parameters.lower_bound_' ~ p -%}
  {%- set upper = 'parameters.upper_bound_' ~ p -%}
  {%- set cap = 'least(greatest(' ~ value ~ ', ' ~ lower ~ '), ' ~ upper ~ ')' -%}
  {{- return('case when ' ~ lower ~ ' < ' ~ upper ~ ' and (' ~ value ~ ' < ' ~ lower ~ ' or ' ~ value ~ ' > ' ~ upper ~ ')'
        ~ ' then (' ~ warehouse_segmentation.transformed(value, column.transform) ~ ' - ' ~ warehouse_segmentation.transformed(cap, column.transform) ~ ')'
        ~ ' / parameters.standard_deviation_' ~ p ~ ' * sqrt(parameters.weight_' ~ p ~ ') else 0.0e0 end') -}}
{% endmacro %}
