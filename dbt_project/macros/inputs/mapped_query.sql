{#- The input's rows under their canonical names, types as they come. Columns that the mapping leaves
    out are not there: read_column() gives a typed NULL for them. -#}
{% macro mapped_query(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set relation = warehouse_segmentation.relation_of(config, 'inputs.' ~ input) -%}
  {%- set selected = [] -%}
  {%- for name, expression in warehouse_segmentation.column_expressions(warehouse_segmentation.input_expressions(input), relation).items() -%}
    {%- do selected.append(expression ~ ' as ' ~ warehouse_segmentation.quoted(name)) -%}
  {%- endfor -%}
  select {{ selected | join(', ') or '1 as nothing' }}
  from {{ relation }}
  {%- if config.get('where') %}
  where {{ config.where }}
  {%- endif %}
{% endmacro %}
