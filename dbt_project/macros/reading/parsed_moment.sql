{#- A text as TIMESTAMP by the first of some formats that fits: all of local times, or all with an offset, which is
    taken off. A year before 1000 did not fit, but for the year 1, with which systems say that there is no date.
    Two digits of a year are 1969 to 2068. -#}
{% macro parsed_moment(text, formats) %}
  {%- set readings = [] -%}
  {#- a year of four digits can be read from two, but not the reverse: two are tried first -#}
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
