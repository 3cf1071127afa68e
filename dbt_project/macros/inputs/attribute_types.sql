{#- Extra attribute of the customers -> its type as it is kept: that of its mapping, but a number where it
    is a band, and what its entry in `read` makes of it where it has one. -#}
{% macro attribute_types() %}
  {%- set types = warehouse_segmentation.input_types('customers') -%}
  {%- for name in warehouse_segmentation.input_bands('customers') if name in types -%}{%- do types.update({name: 'double'}) -%}{%- endfor -%}
  {%- for name in types -%}
    {%- set kind = warehouse_segmentation.read_kind(warehouse_segmentation.read_entry('customers', name)) -%}
    {%- if kind -%}{%- do types.update({name: {'number': 'double', 'moment': 'timestamp', 'flag': 'boolean'}[kind]}) -%}{%- endif -%}
  {%- endfor -%}
  {{- return(types) -}}
{% endmacro %}
