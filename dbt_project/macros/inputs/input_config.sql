{#- The user's configuration of one input, or none where it is not mapped. -#}
{% macro input_config(input) %}
  {%- set inputs = var('inputs', {}) or {} -%}
  {%- if inputs is not mapping -%}
    {%- do warehouse_segmentation.fail('inputs', "must be a mapping with 'customers', 'transactions' or 'events'") -%}
    {{- return(none) -}}
  {%- endif -%}
  {{- return(inputs.get(input)) -}}
{% endmacro %}
