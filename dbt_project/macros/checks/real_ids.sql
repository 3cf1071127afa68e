{#- Ids that look like placeholders and belong to real customers, as the mapping says (`real` of an input's
    `read.customer_id`). -#}
{% macro real_ids(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set read = config.get('read') if config is mapping else none -%}
  {%- set of_id = read.get('customer_id') if read is mapping else none -%}
  {%- set real = of_id.get('real') if of_id is mapping else none -%}
  {{- return(real | map('string') | list if real is sequence and real is not string and real is not mapping else []) -}}
{% endmacro %}
