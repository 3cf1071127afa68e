{#- The relations of features of a project's own, in their order: [{variable, config}], `variable` being
    what an error calls each of them. -#}
{% macro feature_relations() %}
  {%- set given = var('feature_relations', none) or [] -%}
  {%- set entries = [] -%}
  {%- if given is string or given is mapping or given is not sequence -%}
    {%- do warehouse_segmentation.fail('feature_relations', "must be a list of relations such as [{ref: loyalty}], not " ~ given) -%}
    {{- return(entries) -}}
  {%- endif -%}
  {%- for config in given -%}
    {%- do entries.append({'variable': 'feature_relations[' ~ loop.index0 ~ ']', 'config': config}) -%}
  {%- endfor -%}
  {{- return(entries) -}}
{% endmacro %}
