{#- One prepared column: impute, winsorise, transform, standardise, weight. The values come
    from `relation`, the numbers from the one-row CTE `parameters`, the structure from `column`:
    {position, feature, kind, level_kind, transform}. -#}
{% macro prepared_column(column, columns, relation='customers') %}
  {%- set p = column.position -%}
  {%- set value = warehouse_segmentation.feature_value(column.feature, column.kind, relation ~ '.') -%}
  {%- if column.kind == 'category' -%}
    {%- set levels = [] -%}
    {%- set other = namespace(null_has_column=false) -%}
    {%- for sibling in columns if sibling.feature == column.feature -%}
      {%- if sibling.level_kind == 'level' -%}{%- do levels.append('parameters.level_' ~ sibling.position) -%}{%- endif -%}
      {%- if sibling.level_kind == 'missing' -%}{%- set other.null_has_column = true -%}{%- endif -%}
    {%- endfor -%}
    {%- if column.level_kind == 'missing' -%}
      {%- set natural = 'case when ' ~ value ~ ' is null then 1.0e0 else 0.0e0 end' -%}
    {%- elif column.level_kind == 'other' -%}
      {%- set natural = 'case when ' ~ value ~ ' is null then ' ~ ('0.0e0' if other.null_has_column else '1.0e0')
            ~ (' when ' ~ value ~ ' in (' ~ levels | join(', ') ~ ') then 0.0e0' if levels else '') ~ ' else 1.0e0 end' -%}
    {%- else -%}
      {%- set natural = 'case when ' ~ value ~ ' = parameters.level_' ~ p ~ ' then 1.0e0 else 0.0e0 end' -%}
    {%- endif -%}
  {%- else -%}
    {%- set clipped = 'least(greatest(coalesce(' ~ value ~ ', parameters.impute_value_' ~ p ~ '), parameters.lower_bound_' ~ p ~ '), parameters.upper_bound_' ~ p ~ ')' -%}
    {%- set natural = warehouse_segmentation.transformed(clipped, column.transform) -%}
  {%- endif -%}
  {{- return('(' ~ natural ~ ' - parameters.mean_' ~ p ~ ') / parameters.standard_deviation_' ~ p ~ ' * sqrt(parameters.weight_' ~ p ~ ')') -}}
{% endmacro %}
