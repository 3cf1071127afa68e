{#- The published texts of the customers, name -> column of staging, that are searched for e-mail addresses and
    phone numbers. -#}
{% macro contact_columns() %}
  {%- set columns = {'customer_id': 'customer_id'} -%}
  {%- set types = warehouse_segmentation.input_types('customers') -%}
  {%- set bands = warehouse_segmentation.input_bands('customers') -%}
  {%- for name in warehouse_segmentation.extra_attributes()
        if name in types and name not in bands
          and warehouse_segmentation.type_family(types[name]) == 'text'
          and warehouse_segmentation.read_kind(warehouse_segmentation.read_entry('customers', name)) is none -%}
    {%- do columns.update({name: warehouse_segmentation.attribute_column(name)}) -%}
  {%- endfor -%}
  {{- return(columns) -}}
{% endmacro %}
