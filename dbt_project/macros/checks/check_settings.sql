{#- Fails with one sentence when a variable is wrong. Every model that reads an input calls it, so a
    wrong setting stops this package before it builds anything. -#}
{% macro check_settings() %}
  {%- if execute -%}
    {%- set known_inputs = warehouse_segmentation.input_definitions().keys() | list -%}
    {%- set inputs = var('inputs', {}) or {} -%}
    {%- if inputs is not mapping -%}
      {%- do warehouse_segmentation.fail('inputs', "must be a mapping with 'customers', 'transactions' or 'events'") -%}
    {%- endif -%}
    {%- for name in inputs if name not in known_inputs -%}
      {%- do warehouse_segmentation.fail('inputs.' ~ name, 'is not an input; the inputs are ' ~ known_inputs | join(', ')) -%}
    {%- endfor -%}
    {%- if inputs.get('customers') is none and inputs.get('transactions') is none -%}
      {%- do warehouse_segmentation.fail('inputs', 'neither customers nor transactions is mapped; map at least one of them to a table (README, "Your own data")') -%}
    {%- endif -%}
    {%- do warehouse_segmentation.check_date('as_of_date', var('as_of_date', none)) -%}
    {%- do warehouse_segmentation.check_plain_settings() -%}
    {%- do warehouse_segmentation.keep_versions() -%}
    {%- if not warehouse_segmentation.is_time_zone(var('time_zone')) -%}
      {%- do warehouse_segmentation.fail('time_zone', "must be a zone's name such as UTC or Europe/Berlin, not '" ~ var('time_zone') ~ "'") -%}
    {%- endif -%}
    {%- set readers = ['report', 'powerbi', 'superset', 'service'] -%}
    {%- set exposures = var('exposures', none) or [] -%}
    {%- if exposures is string or exposures is mapping or exposures is not iterable or exposures | reject('in', readers) | list -%}
      {%- do warehouse_segmentation.fail('exposures', 'must be a list of ' ~ readers | join(', ') ~ ', such as [report], not ' ~ exposures) -%}
    {%- endif -%}
    {%- do warehouse_segmentation.promotion_guards() -%}
    {%- do warehouse_segmentation.segmentation_specs() -%}
  {%- endif -%}
{% endmacro %}
