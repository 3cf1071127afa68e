{#- All rows of the input under their canonical names, those of customers who were forgotten among them: to find out
    their types and to count them. Everything else is made of mapped_query(). -#}
{% macro given_query(input) %}
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
