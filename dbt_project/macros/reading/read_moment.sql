{#- A moment as TIMESTAMP in UTC. By the formats of its entry in `read`, the first that fits; without any, by its
    type (see utc_timestamp). Local times are those of the entry's `zone`, where it names one. -#}
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
