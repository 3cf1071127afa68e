{#- The part of check_read that looks at formats of moments: each is a special word, or tokens that give a date. -#}
{% macro check_format(entry, variable) %}
  {%- set formats = warehouse_segmentation.read_list(entry.format) -%}
  {%- if entry.format is mapping or not formats -%}
    {%- do warehouse_segmentation.fail(variable, 'must be a format such as dd/mm/yyyy, or a list of them, not ' ~ entry.format) -%}
  {%- endif -%}
  {%- for format in formats if format != 'iso' and format not in warehouse_segmentation.counted_formats() -%}
    {%- set parts = warehouse_segmentation.format_parts(format) -%}
    {%- set tokens = parts | selectattr('kind', 'equalto', 'token') | map(attribute='text') | list -%}
    {%- for part in parts if part.kind == 'unknown' -%}
      {%- do warehouse_segmentation.fail(variable, "'" ~ format ~ "' has '" ~ part.text ~ "', which is no part of a date; the parts are yyyy yy mmmm mmm mm m dd d hh mi ss ff am tz, "
            ~ 'and the words iso, yyyy, excel_days and epoch_seconds, _milliseconds, _microseconds or _nanoseconds stand alone') -%}
    {%- endfor -%}
    {%- set counts = {'year': 0, 'month': 0, 'day': 0} -%}
    {%- for token in tokens -%}
      {%- set part = 'month' if token in ['mmmm', 'mmm', 'mm', 'm'] else {'y': 'year', 'd': 'day'}.get(token[0], token) -%}
      {%- do counts.update({part: counts.get(part, 0) + 1}) -%}
    {%- endfor -%}
    {%- for part, count in counts.items() if count > 1 -%}
      {%- do warehouse_segmentation.fail(variable, "'" ~ format ~ "' has two parts for one thing, the " ~ {'mi': 'minute', 'hh': 'hour', 'ss': 'second'}.get(part, part)) -%}
    {%- endfor -%}
    {%- if not counts.year or (format != 'yyyy' and not counts.month) -%}
      {%- do warehouse_segmentation.fail(variable, "'" ~ format ~ "' must have a year and a month, in small letters, such as dd/mm/yyyy") -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}
