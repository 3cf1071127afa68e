{#- Names of the customers' mapped columns that are not canonical: CRM fields, survey answers. -#}
{% macro extra_attributes() %}
  {%- set canonical = warehouse_segmentation.input_definitions()['customers'].columns -%}
  {{- return(warehouse_segmentation.input_expressions('customers').keys() | reject('in', canonical) | list) -}}
{% endmacro %}
