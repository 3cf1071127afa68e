{#- A TIMESTAMP in UTC, read by the first format of its entry in `read` that fits, or without any by its type (see
    utc_timestamp). Local times are in the entry's `zone`, where it names one. -#}
{% macro read_moment(expression, data_type='varchar', entry={}) %}
  {%- set family = warehouse_segmentation.type_family(data_type) -%}
  {%- set zone = entry.get('zone') -%}
  {%- if family in ['moment', 'other'] or entry.get('format') is none -%}
    {%- set moment = warehouse_segmentation.utc_timestamp(expression, data_type) -%}
    {{- return(moment if 'with time zone' in data_type or not zone else warehouse_segmentation.zoned_moment(moment, zone)) -}}
  {%- endif -%}
  {%- set text = warehouse_segmentation.id_text(expression, data_type) if family == 'number' else 'trim(cast(' ~ expression ~ ' as string))' -%}
  {%- set local = [] -%}
  {%- set zoned = [] -%}
  {%- set readings = [] -%}
  {%- for format in warehouse_segmentation.moment_formats(entry) -%}
    {%- if format in warehouse_segmentation.counted_formats() -%}
      {%- do readings.append(warehouse_segmentation.counted_moment(expression, format)) -%}
    {%- elif format == 'iso' -%}
      {%- do readings.append(warehouse_segmentation.iso_moment(text, zone)) -%}
    {%- elif format == 'yyyy' -%}
      {%- do local.append('yyyy') -%}
    {%- elif 'tz' in warehouse_segmentation.format_parts(format) | map(attribute='text') -%}
      {%- do zoned.append(format) -%}
    {%- else -%}
      {%- do local.append(format) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if local -%}
    {%- set moment = warehouse_segmentation.parsed_moment(text, local) -%}
    {%- do readings.insert(0, warehouse_segmentation.zoned_moment(moment, zone) if zone else moment) -%}
  {%- endif -%}
  {%- if zoned -%}
    {%- do readings.append(warehouse_segmentation.parsed_moment(text, zoned)) -%}
  {%- endif -%}
  {{- return('coalesce(' ~ readings | join(', ') ~ ')' if readings | length > 1 else readings[0]) -}}
{% endmacro %}

{#- A text as TIMESTAMP by the first of the formats that fits: either all of local times, or all with an offset, which
    is subtracted. A year before 1000 means that the format did not fit, except the year 1, which systems write for a
    missing date. Two-digit years are 1969 to 2068. -#}
{% macro parsed_moment(text, formats) %}
  {%- set readings = [] -%}
  {#- two digits are tried first: a two-digit format also reads a year of four digits, but not the reverse -#}
  {%- for digits in ['two', 'four'] -%}
    {%- set alike = [] -%}
    {%- for format in formats -%}
      {%- set parts = warehouse_segmentation.format_parts(format) | map(attribute='text') | list -%}
      {%- if ('yy' in parts) == (digits == 'two') -%}
        {%- if format == 'yyyy' -%}
          {%- do readings.append("case when length(" ~ text ~ ") = 4 then try_cast(" ~ text ~ " || '-07-01' as timestamp) end") -%}
        {%- elif warehouse_segmentation.runs_together(format) -%}
          {%- do readings.append('case when regexp_extract(' ~ text ~ ', ' ~ warehouse_segmentation.text_literal(warehouse_segmentation.digits_pattern(format))
                ~ ", 0) <> '' then " ~ warehouse_segmentation.parsed_text(text, [format]) ~ ' end') -%}
        {%- else -%}
          {%- do alike.append(format) -%}
        {%- endif -%}
      {%- endif -%}
    {%- endfor -%}
    {%- if alike -%}{%- do readings.append(warehouse_segmentation.parsed_text(text, alike)) -%}{%- endif -%}
  {%- endfor -%}
  {%- set moment = 'coalesce(' ~ readings | join(', ') ~ ')' if readings | length > 1 else readings[0] -%}
  {{- return('case when ' ~ moment ~ " between timestamp '1000-01-01 00:00:00' and timestamp '9999-12-31 23:59:59' or " ~ text
        ~ " like '%0001%' then " ~ moment ~ ' end') -}}
{% endmacro %}

{#- A text in ISO 8601 as TIMESTAMP in UTC: year, month and day, with hyphens or slashes, then optionally a time, and
    optionally an offset. A cast is many times faster than one format after the other, but it reads more than this
    form and drops offsets, so it only sees texts of the right form, and texts with an offset are parsed. -#}
{% macro iso_moment(text, zone=none) %}
  {%- set date = '^(?:[1-9][0-9]{3}|0001)[-/][0-9]{1,2}[-/][0-9]{1,2}' -%}
  {%- set time = '[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?' -%}
  {%- set offset = ' ?([Zz]|[-+][0-9]{2}(:?[0-9]{2})?)' -%}
  {%- set zoned = [] -%}
  {%- for separator in ['T', ' '] -%}
    {%- for clock in ['hh:mi:ss', 'hh:mi:ss.ff', 'hh:mi'] -%}
      {%- for blank in ['', ' '] -%}
        {%- for day in ['yyyy-mm-dd', 'yyyy/mm/dd'] -%}{%- do zoned.append(day ~ separator ~ clock ~ blank ~ 'tz') -%}{%- endfor -%}
      {%- endfor -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- set local = "try_cast(translate(" ~ text ~ ", '/', '-') as timestamp)" -%}
  {%- set sql -%}
    case
      when length({{ text }}) <= 10 then
        case when regexp_extract({{ text }}, '{{ date }}$', 0) <> '' then {{ warehouse_segmentation.zoned_moment(local, zone) if zone else local }} end
      when regexp_extract({{ text }}, '{{ date ~ time }}$', 0) <> '' then {{ warehouse_segmentation.zoned_moment(local, zone) if zone else local }}
      when regexp_extract({{ text }}, '{{ date ~ time ~ offset }}$', 0) <> '' then {{ warehouse_segmentation.parsed_moment(text, zoned) }}
    end
  {%- endset -%}
  {{- return(sql) -}}
{% endmacro %}

{#- A local time of a zone as TIMESTAMP in UTC; a placeholder date is left as it is. -#}
{% macro zoned_moment(moment, zone) %}
  {{- return('case when ' ~ warehouse_segmentation.is_stand_in(moment) ~ ' then ' ~ moment ~ ' else '
        ~ adapter.dispatch('segmentation_zoned_moment', 'warehouse_segmentation')(moment, warehouse_segmentation.text_literal(zone)) ~ ' end') -}}
{% endmacro %}

{% macro default__segmentation_zoned_moment(moment, zone) %}
  {{- return("timezone('UTC', timezone(" ~ zone ~ ", " ~ moment ~ "))") -}}
{% endmacro %}

{% macro spark__segmentation_zoned_moment(moment, zone) %}
  {{- return('to_utc_timestamp(' ~ moment ~ ', ' ~ zone ~ ')') -}}
{% endmacro %}

{#- A number of seconds, days and so on as TIMESTAMP, up to the year 9999; a text may have a decimal comma. Days are
    rounded to milliseconds, because their fractions are no more precise. -#}
{% macro counted_moment(expression, format) %}
  {%- set counted = warehouse_segmentation.counted_formats()[format] -%}
  {%- set type = 'decimal(26, 10)' if format == 'excel_days' else 'decimal(28, 6)' -%}
  {%- set number = "try_cast(replace(trim(cast(" ~ expression ~ " as string)), ',', '.') as " ~ type ~ ")" -%}
  {%- if format == 'excel_days' -%}
    {%- set micros = 'floor(' ~ number ~ ' * 86400000 + 0.5) * 1000 + ' ~ counted.earliest -%}
  {%- else -%}
    {%- set micros = 'floor(' ~ number ~ ' * ' ~ counted.factor ~ ')' -%}
  {%- endif -%}
  {{- return('case when ' ~ micros ~ ' between ' ~ counted.earliest ~ ' and 253402300799999999 then '
        ~ warehouse_segmentation.moment_of_micros('cast(' ~ micros ~ ' as bigint)') ~ ' end') -}}
{% endmacro %}

{#- Formats of timestamps that are counts: the unit in microseconds, and the earliest value, in microseconds since
    1970: the year 1, or the day that a spreadsheet counts from. -#}
{% macro counted_formats() %}
  {{- return({
    'epoch_seconds': {'factor': '1000000', 'earliest': '-62135596800000000'},
    'epoch_milliseconds': {'factor': '1000', 'earliest': '-62135596800000000'},
    'epoch_microseconds': {'factor': '1', 'earliest': '-62135596800000000'},
    'epoch_nanoseconds': {'factor': '0.001', 'earliest': '-62135596800000000'},
    'excel_days': {'factor': none, 'earliest': '-2209161600000000'}
  }) -}}
{% endmacro %}

{#- Microseconds since 1970 as TIMESTAMP. -#}
{% macro moment_of_micros(expression) %}
  {{- return(adapter.dispatch('segmentation_moment_of_micros', 'warehouse_segmentation')(expression)) -}}
{% endmacro %}

{% macro default__segmentation_moment_of_micros(expression) %}
  {{- return('make_timestamp(' ~ expression ~ ')') -}}
{% endmacro %}

{% macro spark__segmentation_moment_of_micros(expression) %}
  {{- return('timestamp_micros(' ~ expression ~ ')') -}}
{% endmacro %}

{#- The formats that an entry in `read` gives for timestamps, as a list. -#}
{% macro moment_formats(entry) %}
  {{- return(warehouse_segmentation.read_list(entry.get('format'))) -}}
{% endmacro %}

{#- The parts of a timestamp format: [{kind, text}], `kind` being token, literal or, for lower-case letters that are
    no token, unknown. -#}
{% macro format_parts(format) %}
  {%- set tokens = ['yyyy', 'yy', 'mmmm', 'mmm', 'mm', 'mi', 'm', 'dd', 'd', 'hh', 'ss', 'ff', 'am', 'tz'] -%}
  {%- set parts = [] -%}
  {%- for text in modules.re.findall(tokens | join('|') ~ '|[a-z]+|[^a-z]+', format | string) -%}
    {%- do parts.append({'kind': 'token' if text in tokens else ('unknown' if modules.re.match('[a-z]', text) else 'literal'), 'text': text}) -%}
  {%- endfor -%}
  {{- return(parts) -}}
{% endmacro %}

{#- Whether a timestamp is a placeholder: systems write the first or the last day that they can represent where
    no date is known. So is midnight of 1970-01-01, except for dates of birth. -#}
{% macro is_stand_in(moment, is_birth=false) %}
  {%- set days = ['0001-01-01', '1111-11-11', '1753-01-01', '1899-12-30', '1899-12-31', '1900-01-01', '2999-12-31', '9999-01-01', '9999-12-31'] -%}
  {%- set branches = [] -%}
  {%- for day in days -%}{%- do branches.append("when date '" ~ day ~ "' then true") -%}{%- endfor -%}
  {%- set epoch = 'false' if is_birth else 'coalesce(' ~ moment ~ " = timestamp '1970-01-01 00:00:00', false)" -%}
  {#- nearly all timestamps are in between, and are not checked further -#}
  {{- return('case when ' ~ moment ~ " between timestamp '1900-01-02 00:00:00' and timestamp '2999-12-30 23:59:59' then " ~ epoch
        ~ ' else case cast(' ~ moment ~ ' as date) ' ~ branches | join(' ') ~ ' else false end end') -}}
{% endmacro %}
