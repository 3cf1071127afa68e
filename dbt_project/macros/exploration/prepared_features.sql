{#- The features of one segmentation that take part, in order, each with the positions of its prepared
    columns: [{index, name, kind, positions, is_imputed}]. `columns` comes from prepared_structure();
    `is_imputed` is false where the settings say what a missing value means. -#}
{% macro prepared_features(spec, columns) %}
  {%- set features = [] -%}
  {%- for feature in spec.features -%}
    {%- set positions = columns | selectattr('feature', 'equalto', feature.name) | map(attribute='position') | list -%}
    {%- if positions -%}
      {%- do features.append({'index': features | length + 1, 'name': feature.name, 'kind': feature.kind, 'positions': positions,
                              'is_imputed': feature.kind == 'category' or feature.impute == 'median'}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(features) -}}
{% endmacro %}
