{#- The features of a model, each with the positions of its prepared columns and how it is shown: [{index, name, kind,
    transform, is_share, positions}]. -#}
{% macro model_features(model) %}
  {%- set shares = warehouse_segmentation.feature_definitions() | selectattr('unit', 'equalto', 'share') | map(attribute='name') | list -%}
  {%- set features = [] -%}
  {%- set places = {} -%}
  {%- for column in model.columns -%}
    {%- if column.feature not in places -%}
      {%- do places.update({column.feature: features | length}) -%}
      {%- do features.append({'index': features | length + 1, 'name': column.feature, 'kind': column.kind, 'transform': column.transform,
                              'is_share': column.feature in shares, 'positions': []}) -%}
    {%- endif -%}
    {%- do features[places[column.feature]].positions.append(column.position) -%}
  {%- endfor -%}
  {{- return(features) -}}
{% endmacro %}

{#- What a model learnt, as texts that give back the same numbers: {parameters: {name_position: text}, centroids:
    {segment_position: text}}. A view built from them reads no table of the registry. -#}
{% macro model_numbers(model) %}
  {%- set names = ['impute_value', 'lower_bound', 'upper_bound', 'mean', 'standard_deviation', 'weight', 'level'] -%}
  {%- set features = ref('warehouse_segmentation', 'int_segmentation__model_features') -%}
  {%- set centroids = ref('warehouse_segmentation', 'int_segmentation__model_centroids') -%}
  {%- set numbers = {'parameters': {}, 'centroids': {}} -%}
  {%- if execute -%}
    {#- the letter keeps dbt from reading a text as a number, which might lose digits -#}
    {%- set asked = [] -%}
    {%- for name in names -%}{%- do asked.append("'t' || cast(" ~ name ~ ' as string) as ' ~ name) -%}{%- endfor -%}
    {%- for row in run_query('select position, ' ~ asked | join(', ') ~ ' from ' ~ features ~ " where model_id = '" ~ model.model_id ~ "'").rows -%}
      {%- for name in names -%}
        {%- do numbers.parameters.update({name ~ '_' ~ (row[0] | int): row[loop.index][1:] if row[loop.index] is not none else none}) -%}
      {%- endfor -%}
    {%- endfor -%}
    {%- for row in run_query("select segment_id, position, 't' || cast(centroid as string) from " ~ centroids ~ " where model_id = '" ~ model.model_id ~ "'").rows -%}
      {%- do numbers.centroids.update({(row[0] | int) ~ '_' ~ (row[1] | int): row[2][1:]}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(numbers) -}}
{% endmacro %}

{#- A prepared value of one column back in natural units: the share of customers for a level. -#}
{% macro natural_value(prepared, position, transform='none') %}
  {%- set transformed = '(' ~ warehouse_segmentation.unscaled(prepared, suffix='_' ~ position) ~ ')' -%}
  {%- if transform == 'none' -%}{{- return(transformed) -}}{%- endif -%}
  {#- which fails where there is no such transform -#}
  {%- do warehouse_segmentation.transformed(prepared, transform) -%}
  {{- return(warehouse_segmentation.untransformed(transformed, "'" ~ transform ~ "'")) -}}
{% endmacro %}

{#- The rank of effect_`index` among those of a row, the largest first; on a tie the smaller index first. -#}
{% macro rank_of_effect(index, indexes) -%}
    1
    {%- for other in indexes if other != index %} + case when effect_{{ other }} {{ '>=' if other < index else '>' }} effect_{{ index }} then 1 else 0 end
    {%- endfor %}
{%- endmacro %}

{#- A readable number of a feature; `is_share` is a column that says whether it is a share. -#}
{% macro told_number(expression, is_share) -%}
    case when {{ is_share }} then {{ warehouse_segmentation.share_text(expression) }} else {{ warehouse_segmentation.short_number_text(expression) }} end
{%- endmacro %}
