{#- Mapped column -> its type in the warehouse, lower case; empty while nothing is executed or the
    relation is yet to be built. -#}
{% macro input_types(input) %}
  {%- set types = {} -%}
  {%- if warehouse_segmentation.input_config(input) is mapping -%}
    {#- resolved while parsing too, so that dbt records the dependency -#}
    {%- set relation = warehouse_segmentation.relation_of(warehouse_segmentation.input_config(input), 'inputs.' ~ input) -%}
    {%- if execute and not warehouse_segmentation.relation_is_missing(relation) -%}
      {%- for column in warehouse_segmentation.query_columns(warehouse_segmentation.given_query(input)) -%}
        {%- do types.update({column.name: column.type}) -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endif -%}
  {{- return(types) -}}
{% endmacro %}
