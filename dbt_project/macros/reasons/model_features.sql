{#- The features of a model, each with the positions of its prepared columns and how it is told:
    [{index, name, kind, transform, is_share, positions}]. -#}
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
