{#- Names of the inputs that a project maps. -#}
{% macro mapped_inputs() %}
  {%- set inputs = var('inputs', {}) or {} -%}
  {%- set names = [] -%}
  {%- for name in warehouse_segmentation.input_definitions() if inputs is mapping and inputs.get(name) is not none -%}
    {%- do names.append(name) -%}
  {%- endfor -%}
  {{- return(names) -}}
{% endmacro %}
