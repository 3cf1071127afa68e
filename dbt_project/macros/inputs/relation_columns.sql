{#- Names of all columns of an input's relation, mapped or not; none while nothing is executed. -#}
{% macro relation_columns(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {#- resolved while parsing too, so that dbt records the dependency -#}
  {%- set relation = warehouse_segmentation.relation_of(config, 'inputs.' ~ input) -%}
  {%- if not execute or warehouse_segmentation.relation_is_missing(relation) -%}
    {{- return([]) -}}
  {%- endif -%}
  {{- return(warehouse_segmentation.query_columns('select * from ' ~ relation) | map(attribute='name') | list) -}}
{% endmacro %}
