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

{#- The structure of prepared columns from the rows of a relation, in order of position: [{position, label, feature,
    kind, level_kind, transform}]. Empty while the relation does not exist. -#}
{% macro prepared_structure(relation, predicate) %}
  {%- set columns = [] -%}
  {%- if execute and load_relation(relation) is not none -%}
    {%- set query -%}
      select position, label, feature, kind, level_kind, transform
      from {{ relation }}
      where {{ predicate }} and position is not null
      order by position
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
      {%- do columns.append({'position': row[0] | int, 'label': row[1], 'feature': row[2], 'kind': row[3], 'level_kind': row[4], 'transform': row[5]}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(columns) -}}
{% endmacro %}

{#- The structure of every segmentation's prepared columns: {name: prepared_structure(...)}. -#}
{% macro prepared_structures(preparation) %}
  {%- set structures = {} -%}
  {%- for spec in warehouse_segmentation.segmentation_specs() -%}
    {%- do structures.update({spec.name: warehouse_segmentation.prepared_structure(preparation, "segmentation = '" ~ spec.name ~ "'")}) -%}
  {%- endfor -%}
  {{- return(structures) -}}
{% endmacro %}

{#- One row with everything that preparing the columns needs, from rows of (position, ...): the select list over such
    rows. `columns` is a list of {position, ...}. -#}
{% macro preparation_parameters(columns) %}
  {%- set names = ['impute_value', 'lower_bound', 'upper_bound', 'mean', 'standard_deviation', 'weight', 'level'] -%}
  {%- set selected = [] -%}
  {%- for column in columns -%}
    {%- for name in names -%}
      {%- do selected.append('max(case when position = ' ~ column.position ~ ' then ' ~ name ~ ' end) as ' ~ name ~ '_' ~ column.position) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return(selected | join(',\n        ') or 'count(*) as nothing') -}}
{% endmacro %}

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

{#- A feature as preparation uses it: a finite DOUBLE, or the text of a category. `prefix` names its relation,
    'customers.', because another table may have a column of the same name. -#}
{% macro feature_value(feature, kind, prefix='') %}
  {%- set column = prefix ~ warehouse_segmentation.quoted(feature) -%}
  {%- if kind == 'category' -%}
    {{- return('cast(' ~ column ~ ' as string)') -}}
  {%- endif -%}
  {{- return('cast(' ~ column ~ ' as double)') -}}
{% endmacro %}
