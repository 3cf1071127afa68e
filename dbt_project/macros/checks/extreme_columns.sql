{#- The numbers of the customers, name -> column of staging, whose smallest and largest values are checked: a
    value such as 118 may mean that the age is unknown. Ordered bands have the ends that their question gave them
    and are not checked. -#}
{% macro extreme_columns() %}
  {%- set columns = {} -%}
  {%- set types = warehouse_segmentation.input_types('customers') -%}
  {%- set bands = warehouse_segmentation.input_bands('customers') -%}
  {%- for name, column in {'age': 'age_given', 'annual_income': 'annual_income', 'spending_score': 'spending_score'}.items()
        if name in types and name not in bands -%}
    {%- do columns.update({name: 'people.' ~ column}) -%}
  {%- endfor -%}
  {%- for name in warehouse_segmentation.extra_attributes()
        if name in types and name not in bands
          and (warehouse_segmentation.type_family(types[name]) == 'number' or warehouse_segmentation.read_kind(warehouse_segmentation.read_entry('customers', name)) == 'number') -%}
    {%- do columns.update({name: 'people.' ~ warehouse_segmentation.attribute_column(name)}) -%}
  {%- endfor -%}
  {{- return(columns) -}}
{% endmacro %}
