{#- One query a segmentation, [{variable, expression, query, whole}], that tries its population on no rows of
    the features' types: what a population may name is known before a feature is built. -#}
{% macro population_probes() %}
  {%- set columns = ['cast(null as string) as customer_id'] -%}
  {%- for feature in warehouse_segmentation.feature_definitions() -%}
    {%- do columns.append('cast(null as ' ~ {'numeric': 'double', 'category': 'string'}[feature.kind] ~ ') as ' ~ feature.name) -%}
  {%- endfor -%}
  {%- set types = warehouse_segmentation.attribute_types() -%}
  {%- for name in warehouse_segmentation.extra_attributes() -%}
    {%- set type = types.get(name, 'string') -%}
    {%- set family = warehouse_segmentation.type_family(type) -%}
    {%- do columns.append('cast(null as ' ~ {'number': 'double', 'boolean': type, 'moment': type}.get(family, 'string') ~ ') as ' ~ warehouse_segmentation.quoted(name)) -%}
  {%- endfor -%}
  {%- set probes = [] -%}
  {%- for given in warehouse_segmentation.given_features() -%}
    {#- what a relation that is yet to be built has to offer is not known -#}
    {%- if not given.is_known -%}{{- return(probes) -}}{%- endif -%}
    {%- for column in given.columns -%}
      {%- set type = {'numeric': 'double', 'category': 'string'}.get(column.kind, column.type) -%}
      {%- do columns.append('cast(null as ' ~ (column.type if column.type.startswith('bool') else type) ~ ') as ' ~ warehouse_segmentation.quoted(column.name)) -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for spec in warehouse_segmentation.segmentation_specs() -%}
    {%- set query = 'select 1 from (select ' ~ columns | join(', ') ~ ') as customers where (' ~ spec.population ~ ')' -%}
    {%- do probes.append({'variable': 'segmentations.' ~ spec.name ~ '.population', 'expression': spec.population, 'query': query, 'whole': query}) -%}
  {%- endfor -%}
  {{- return(probes) -}}
{% endmacro %}
