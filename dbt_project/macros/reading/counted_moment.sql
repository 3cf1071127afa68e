{#- A number of seconds, days and so on as TIMESTAMP, up to the year 9999; a text may have a decimal comma. Days are rounded to milliseconds, which is what their fractions are good for. -#}
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
