{#- Fails where a variable that is a number, a flag or a list of texts is something else, or too small. The
    table is the one place for what each of them may be; a new variable of these kinds is a line in it. -#}
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
