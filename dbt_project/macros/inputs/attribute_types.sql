{#- Extra attribute of the customers -> its type as it is kept: that of its mapping, but a number where it
    is a band. -#}
{% macro attribute_types() %}
  {%- set types = warehouse_segmentation.input_types('customers') -%}
  {%- for name in warehouse_segmentation.input_bands('customers') if name in types -%}{%- do types.update({name: 'double'}) -%}{%- endfor -%}
  {{- return(types) -}}
{% endmacro %}
