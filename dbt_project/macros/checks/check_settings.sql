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
    {%- for name in ['lookback_days', 'refit_after_days'] -%}
      {%- set value = var(name, none) -%}
      {%- if value is not none and (value is not integer or value is boolean or value < 1) -%}
        {%- do warehouse_segmentation.fail(name, 'must be a whole number of days from 1 on, or null, not ' ~ value) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- set late_months = var('late_months', none) -%}
    {%- if late_months is not none and (late_months is not integer or late_months is boolean or late_months < 0) -%}
      {%- do warehouse_segmentation.fail('late_months', 'must be a whole number of months from 0 on, or null, not ' ~ late_months) -%}
    {%- endif -%}
    {%- if var('min_cell_size') is not integer or var('min_cell_size') is boolean or var('min_cell_size') < 1 -%}
      {%- do warehouse_segmentation.fail('min_cell_size', 'must be a whole number of customers from 1 on, not ' ~ var('min_cell_size')) -%}
    {%- endif -%}
    {%- do warehouse_segmentation.keep_versions() -%}
    {%- if var('sample_size') is not integer or var('sample_size') < 1 -%}
      {%- do warehouse_segmentation.fail('sample_size', 'must be a whole number from 1 on, not ' ~ var('sample_size')) -%}
    {%- endif -%}
    {%- if var('seed') is not integer or var('seed') < 0 -%}
      {%- do warehouse_segmentation.fail('seed', 'must be a whole number from 0 on, not ' ~ var('seed')) -%}
    {%- endif -%}
    {%- if not warehouse_segmentation.is_time_zone(var('time_zone')) -%}
      {%- do warehouse_segmentation.fail('time_zone', "must be a zone's name such as UTC or Europe/Berlin, not '" ~ var('time_zone') ~ "'") -%}
    {%- endif -%}
    {%- for name in ['accept_changes', 'line_checksums'] if var(name) is not boolean -%}
      {%- do warehouse_segmentation.fail(name, 'must be true or false, not ' ~ var(name)) -%}
    {%- endfor -%}
    {%- for name in ['most_lost', 'most_rejected', 'most_newly_rejected', 'least_known', 'few_known', 'most_orders_of_one', 'most_at_one_end', 'kept_overlap'] -%}
      {%- set value = var(name) -%}
      {%- if value is not number or value is boolean or value < 0 or value > 1 -%}
        {%- do warehouse_segmentation.fail(name, 'must be a share from 0 to 1, not ' ~ value) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- for name in ['cancelled_statuses', 'ignored_statuses', 'counting_statuses'] -%}
      {%- set value = var(name) -%}
      {%- if value is not none and (value is string or value is mapping or value is not sequence) -%}
        {%- do warehouse_segmentation.fail(name, 'must be a list of texts such as [cancelled], not ' ~ value) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- set readers = ['report', 'powerbi', 'superset', 'service'] -%}
    {%- set exposures = var('exposures', none) or [] -%}
    {%- if exposures is string or exposures is mapping or exposures is not iterable or exposures | reject('in', readers) | list -%}
      {%- do warehouse_segmentation.fail('exposures', 'must be a list of ' ~ readers | join(', ') ~ ', such as [report], not ' ~ exposures) -%}
    {%- endif -%}
    {%- do warehouse_segmentation.promotion_guards() -%}
    {%- do warehouse_segmentation.segmentation_specs() -%}
  {%- endif -%}
{% endmacro %}
