{#- The value of a mapped column as its entry in `read` says, or as its type says where it has none, by its kind (see
    input_definitions): id, text and category are text, number is DECIMAL(18, 4) or another `number_type`, moment is
    TIMESTAMP in UTC, flag is BOOLEAN, and the type of an attribute (a column of the user's own) follows from its
    entry or its type. A value that cannot be read is NULL, and so is a missing value; a column that is not mapped is
    a typed NULL. The columns of banded_query() must be there. -#}
{% macro read_column(input, name, kind, types, number_type='decimal(18, 4)') %}
  {%- if name not in types -%}
    {%- set null_types = {'number': number_type, 'moment': 'timestamp', 'flag': 'boolean'} -%}
    {{- return('cast(null as ' ~ null_types.get(kind, 'string') ~ ')') -}}
  {%- endif -%}
  {%- set entry = warehouse_segmentation.read_entry(input, name) -%}
  {%- set quoted = warehouse_segmentation.quoted(name) -%}
  {%- set type = types[name] -%}
  {%- if kind == 'attribute' -%}
    {%- set own_kind = warehouse_segmentation.read_kind(entry) -%}
    {%- if own_kind -%}
      {%- set value = warehouse_segmentation.read_column(input, name, own_kind, types, 'double') -%}
      {{- return(warehouse_segmentation.finite(value) if own_kind == 'number' else value) -}}
    {%- elif entry and warehouse_segmentation.type_family(type) == 'text' and name not in warehouse_segmentation.input_bands(input) -%}
      {{- return(warehouse_segmentation.read_text(quoted, type, entry, name)) -}}
    {%- endif -%}
    {%- set value = warehouse_segmentation.attribute_expression(name, type, name in warehouse_segmentation.input_bands(input)) -%}
  {%- elif kind == 'id' -%}
    {{- return(warehouse_segmentation.read_id(quoted, type, entry)) -}}
  {%- elif kind in ['text', 'category'] -%}
    {{- return(warehouse_segmentation.read_text(quoted, type, entry, name)) -}}
  {%- elif kind == 'flag' -%}
    {%- set value = warehouse_segmentation.read_flag(quoted, type, entry) -%}
  {%- elif kind == 'moment' -%}
    {%- set value = warehouse_segmentation.read_moment(quoted, type, entry) -%}
  {%- elif name in warehouse_segmentation.input_bands(input) and warehouse_segmentation.type_family(type) == 'text' -%}
    {%- set value = 'try_cast(' ~ warehouse_segmentation.band_number(name) ~ ' as ' ~ number_type ~ ')' -%}
  {%- else -%}
    {%- set value = warehouse_segmentation.read_number(quoted, type, entry, number_type) -%}
  {%- endif -%}
  {%- if entry.get('nothing') -%}
    {{- return('case when not ' ~ warehouse_segmentation.says_nothing(quoted, type, entry, kind, name) ~ ' then ' ~ value ~ ' end') -}}
  {%- endif -%}
  {{- return(value) -}}
{% endmacro %}

{#- How the values of a mapped column are read: its entry in `read`, empty where it has none. -#}
{% macro read_entry(input, name) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set entries = config.get('read') if config is mapping else none -%}
  {%- set entry = entries.get(name) if entries is mapping else none -%}
  {{- return(entry if entry is mapping else {}) -}}
{% endmacro %}

{#- The kind of an attribute by its entry in `read`: number, moment, flag, or none if the entry does not say. -#}
{% macro read_kind(entry) %}
  {%- if entry.get('format') is not none -%}{{- return('moment') -}}{%- endif -%}
  {%- for key in ['decimal', 'thousand', 'currency', 'unit'] if entry.get(key) is not none -%}{{- return('number') -}}{%- endfor -%}
  {%- for key in ['true_values', 'false_values'] if entry.get(key) is not none -%}{{- return('flag') -}}{%- endfor -%}
  {{- return(none) -}}
{% endmacro %}

{#- Fails with one sentence when an entry of an input's `read` cannot be used. The sentence begins with the
    variable to fix. -#}
{% macro check_read(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set entries = config.get('read') -%}
  {%- set variable = 'inputs.' ~ input ~ '.read' -%}
  {%- if entries is not none and entries is not mapping -%}
    {%- do warehouse_segmentation.fail(variable, 'must map columns to how they are read, for example {ordered_at: {format: dd/mm/yyyy}}, not ' ~ entries) -%}
  {%- elif entries is mapping -%}
    {%- set kinds = warehouse_segmentation.input_definitions()[input].columns -%}
    {%- set mapped = warehouse_segmentation.input_expressions(input).keys() | list -%}
    {%- for name, entry in entries.items() if entry is not none -%}
      {%- set at = variable ~ '.' ~ name -%}
      {%- if name not in mapped -%}
        {%- do warehouse_segmentation.fail(at, 'is not among the columns that are mapped; they are ' ~ mapped | join(', ')) -%}
      {%- elif entry is not mapping -%}
        {%- do warehouse_segmentation.fail(at, 'must say how the column is read, for example {nothing: [x]}, not ' ~ entry) -%}
      {%- else -%}
        {%- do warehouse_segmentation.check_read_entry(entry, kinds.get(name, 'attribute'), name, at) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}

{#- The part of check_read for one entry: the keys that its kind of value allows, and the values that the keys allow.
    -#}
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
    {%- do warehouse_segmentation.fail(variable ~ '.thousand', "must differ from the decimal sign, which is '" ~ entry.thousand ~ "'") -%}
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

{#- The part of check_read for formats of timestamps: each is a special word, or tokens that give a date. -#}
{% macro check_format(entry, variable) %}
  {%- set formats = warehouse_segmentation.read_list(entry.format) -%}
  {%- if entry.format is mapping or not formats -%}
    {%- do warehouse_segmentation.fail(variable, 'must be a format such as dd/mm/yyyy, or a list of them, not ' ~ entry.format) -%}
  {%- endif -%}
  {%- for format in formats if format != 'iso' and format not in warehouse_segmentation.counted_formats() -%}
    {%- set parts = warehouse_segmentation.format_parts(format) -%}
    {%- set tokens = parts | selectattr('kind', 'equalto', 'token') | map(attribute='text') | list -%}
    {%- for part in parts if part.kind == 'unknown' -%}
      {%- do warehouse_segmentation.fail(variable, "'" ~ format ~ "' has '" ~ part.text ~ "', which is not part of a date; the parts are yyyy yy mmmm mmm mm m dd d hh mi ss ff am tz, "
            ~ 'and the words iso, yyyy, excel_days and epoch_seconds, _milliseconds, _microseconds or _nanoseconds are used alone') -%}
    {%- endfor -%}
    {%- set counts = {'year': 0, 'month': 0, 'day': 0} -%}
    {%- for token in tokens -%}
      {%- set part = 'month' if token in ['mmmm', 'mmm', 'mm', 'm'] else {'y': 'year', 'd': 'day'}.get(token[0], token) -%}
      {%- do counts.update({part: counts.get(part, 0) + 1}) -%}
    {%- endfor -%}
    {%- for part, count in counts.items() if count > 1 -%}
      {%- do warehouse_segmentation.fail(variable, "'" ~ format ~ "' has two parts for the same thing, the " ~ {'mi': 'minute', 'hh': 'hour', 'ss': 'second'}.get(part, part)) -%}
    {%- endfor -%}
    {%- if not counts.year or (format != 'yyyy' and not counts.month) -%}
      {%- do warehouse_segmentation.fail(variable, "'" ~ format ~ "' must have a year and a month, in lower case, such as dd/mm/yyyy") -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}

{#- Whether a value of a mapped column cannot be read: its expression is NULL although the raw value is not one
    of the words for a missing value. False where the column is not mapped. -#}
{% macro is_unread(input, name, kind, types, value) %}
  {%- if name not in types -%}{{- return('false') -}}{%- endif -%}
  {{- return('case when ' ~ value ~ ' is null then not ' ~ warehouse_segmentation.raw_is_nothing(input, name, kind, types) ~ ' else false end') -}}
{% endmacro %}

{#- Whether the raw value of a column of the transactions is missing. -#}
{% macro given_is_nothing(name, kind, types) %}
  {{- return(warehouse_segmentation.says_nothing(
        name ~ '_given', types[name], warehouse_segmentation.read_entry('transactions', name), kind, name)) -}}
{% endmacro %}
