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
      {%- do warehouse_segmentation.fail('inputs', 'neither customers nor transactions is mapped; map at least one of them to a table (docs/your-data.md)') -%}
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

{#- Fails unless a value is none or a calendar day written 'YYYY-MM-DD'. -#}
{% macro check_date(variable, value) %}
  {%- if value is not none -%}
    {%- set parts = modules.re.match('^([0-9]{4})-([0-9]{2})-([0-9]{2})$', value | string) -%}
    {%- set valid = [false] -%}
    {%- if parts and 1 <= parts.group(2) | int <= 12 and parts.group(1) | int >= 1 -%}
      {%- set next_month = modules.datetime.date(parts.group(1) | int, parts.group(2) | int, 28) + modules.datetime.timedelta(days=4) -%}
      {%- set last_day = (next_month - modules.datetime.timedelta(days=next_month.day)).day -%}
      {%- if 1 <= parts.group(3) | int <= last_day -%}{%- do valid.append(true) -%}{%- endif -%}
    {%- endif -%}
    {%- if not valid[-1] -%}
      {%- do warehouse_segmentation.fail(variable, "must be a date 'YYYY-MM-DD' or null, not '" ~ value ~ "'") -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}

{#- Whether the engine knows the name of a time zone. The engine decides because it uses the name, and because not
    every dbt has Python's list of zones. -#}
{% macro is_time_zone(name) %}
  {%- if name == 'UTC' -%}{{- return(true) -}}{%- endif -%}
  {%- if not modules.re.match('^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$', name | string) -%}{{- return(false) -}}{%- endif -%}
  {{- return(adapter.dispatch('segmentation_is_time_zone', 'warehouse_segmentation')(name)) -}}
{% endmacro %}

{% macro default__segmentation_is_time_zone(name) %}
  {{- return(run_query("select 1 from pg_timezone_names() where name = '" ~ name ~ "'").rows | length > 0) -}}
{% endmacro %}

{#- a timestamp in an unknown zone cannot be read -#}
{% macro spark__segmentation_is_time_zone(name) %}
  {{- return(run_query("select 1 where try_cast('2020-01-01 00:00:00 " ~ name ~ "' as timestamp) is not null").rows | length > 0) -}}
{% endmacro %}

{#- All checks, which `segment run` makes before it builds anything. -#}
{% macro check_everything() %}
  {%- do warehouse_segmentation.check_settings() -%}
  {%- for input in warehouse_segmentation.input_definitions() -%}
    {%- do warehouse_segmentation.check_input(input) -%}
  {%- endfor -%}
  {%- do warehouse_segmentation.check_feature_relations() -%}
  {%- do warehouse_segmentation.check_feature_labels() -%}
  {%- do warehouse_segmentation.training_specs() -%}
  {%- do warehouse_segmentation.check_segment_names() -%}
  {%- do warehouse_segmentation.check_rfm_rules() -%}
  {%- do warehouse_segmentation.check_playbook() -%}
  {#- what only the engine can check; log_probes() finds out which one it refused -#}
  {%- for probe in warehouse_segmentation.population_probes() -%}
    {%- do run_query(probe.query) -%}
  {%- endfor -%}
{% endmacro %}

{#- Fails where a variable that must be a number, a flag or a list of texts is something else, or too small. The table
    is the only place for what each of them may be; a new variable of these kinds is a line in it. -#}
{% macro check_plain_settings() %}
  {%- set days = {'kind': 'whole', 'least': 1, 'unit': ' of days', 'or_null': true} -%}
  {%- set share = {'kind': 'share'} -%}
  {%- set flag = {'kind': 'flag'} -%}
  {%- set texts = {'kind': 'texts', 'or_null': true} -%}
  {%- set table = {
    'lookback_days': days,
    'refit_after_days': days,
    'late_months': {'kind': 'whole', 'least': 0, 'unit': ' of months', 'or_null': true},
    'min_cell_size': {'kind': 'whole', 'least': 1, 'unit': ' of customers'},
    'sample_size': {'kind': 'whole', 'least': 1},
    'seed': {'kind': 'whole', 'least': 0},
    'accept_changes': flag,
    'line_checksums': flag,
    'most_lost': share,
    'most_rejected': share,
    'most_newly_rejected': share,
    'least_known': share,
    'few_known': share,
    'most_orders_of_one': share,
    'most_at_one_end': share,
    'kept_overlap': share,
    'cancelled_statuses': texts,
    'ignored_statuses': texts,
    'counting_statuses': texts
  } -%}
  {%- for name, may in table.items() -%}
    {%- set value = var(name, none) -%}
    {%- if value is none -%}
      {%- set is_right = may.get('or_null', false) -%}
    {%- elif may.kind == 'whole' -%}
      {%- set is_right = value is integer and value is not boolean and value >= may.least -%}
    {%- elif may.kind == 'share' -%}
      {%- set is_right = value is number and value is not boolean and value >= 0 and value <= 1 -%}
    {%- elif may.kind == 'flag' -%}
      {%- set is_right = value is boolean -%}
    {%- else -%}
      {%- set is_right = value is sequence and value is not string and value is not mapping -%}
    {%- endif -%}
    {%- set wanted = {
      'whole': 'a whole number' ~ may.get('unit', '') ~ ' from ' ~ may.get('least', 0) ~ ' on' ~ (', or null' if may.get('or_null', false) else ''),
      'share': 'a share from 0 to 1',
      'flag': 'true or false',
      'texts': 'a list of texts such as [cancelled]'
    } -%}
    {%- if not is_right -%}
      {%- do warehouse_segmentation.fail(name, 'must be ' ~ wanted[may.kind] ~ ', not ' ~ value) -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}
