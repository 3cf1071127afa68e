{#- The part of check_read that looks at one entry: keys that its kind of value knows, and values that the keys take. -#}
{% macro check_read_entry(entry, kind, name, variable) %}
  {%- set of_numbers = ['decimal', 'thousand', 'currency', 'unit'] -%}
  {%- set known = {
        'id': ['same', 'real'], 'text': [], 'category': [], 'moment': ['format', 'zone'],
        'number': of_numbers + (['of'] if name in ['amount', 'discount_amount'] else []), 'flag': ['true_values', 'false_values'],
        'attribute': of_numbers + ['format', 'zone', 'true_values', 'false_values']}[kind] + ['nothing'] -%}
  {%- for key in entry if key not in known -%}
    {%- do warehouse_segmentation.fail(variable ~ '.' ~ key, 'is not known here; what says how ' ~ name ~ ' is read is ' ~ known | join(', ')) -%}
  {%- endfor -%}
  {%- set choices = {
        'decimal': ['.', ',', 'none'], 'thousand': [',', '.', ' ', "'"], 'of': ['order'],
        'unit': ['thousand', 'cents', 'micros'] + (['percent', 'share'] if name == 'discount_amount' else [])} -%}
  {%- for key, values in choices.items() if entry.get(key) is not none and entry[key] | string not in values -%}
    {%- do warehouse_segmentation.fail(variable ~ '.' ~ key, "must be one of '" ~ values | join("', '") ~ "', not '" ~ entry[key] ~ "'") -%}
  {%- endfor -%}
  {%- if entry.get('thousand') is not none and (entry.get('decimal') or '.') == entry.thousand -%}
    {%- do warehouse_segmentation.fail(variable ~ '.thousand', "must be another sign than that of decimals, which is '" ~ entry.thousand ~ "'") -%}
  {%- endif -%}
  {%- if entry.get('of') is not none and entry.get('unit') in ['percent', 'share'] -%}
    {%- do warehouse_segmentation.fail(variable ~ '.of', 'goes with a discount in money: a ' ~ entry.unit ~ ' is taken off each line that has it') -%}
  {%- endif -%}
  {%- if entry.get('currency') is not none and not modules.re.match('^[A-Za-z]{3}$', entry.currency | string) -%}
    {%- do warehouse_segmentation.fail(variable ~ '.currency', "must be a currency's code such as EUR, not '" ~ entry.currency ~ "'") -%}
  {%- endif -%}
  {%- for key in ['nothing', 'real', 'true_values', 'false_values'] if entry.get(key) is mapping -%}
    {%- do warehouse_segmentation.fail(variable ~ '.' ~ key, 'must be a list of texts such as [x], not ' ~ entry[key]) -%}
  {%- endfor -%}
  {%- set twice = warehouse_segmentation.read_list(entry.get('true_values')) | map('lower') | select('in', warehouse_segmentation.read_list(entry.get('false_values')) | map('lower') | list) | list -%}
  {%- if twice -%}
    {%- do warehouse_segmentation.fail(variable, "has '" ~ twice[0] ~ "' among both its true_values and its false_values") -%}
  {%- endif -%}
  {%- for word in warehouse_segmentation.read_list(entry.get('same')) if word not in ['lower', 'no_padding', 'no_braces', 'no_separators'] -%}
    {%- do warehouse_segmentation.fail(variable ~ '.same', "can be lower, no_padding, no_braces and no_separators, not '" ~ word ~ "'") -%}
  {%- endfor -%}
  {%- if entry.get('zone') is not none and not warehouse_segmentation.is_time_zone(entry.zone) -%}
    {%- do warehouse_segmentation.fail(variable ~ '.zone', "must be a zone's name such as Europe/Berlin, not '" ~ entry.zone ~ "'") -%}
  {%- endif -%}
  {%- if entry.get('format') is not none -%}
    {%- do warehouse_segmentation.check_format(entry, variable ~ '.format') -%}
  {%- endif -%}
{% endmacro %}
