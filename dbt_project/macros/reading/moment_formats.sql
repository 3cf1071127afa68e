{#- The formats that an entry in `read` gives for moments, as a list; `iso` is the formats it stands for. -#}
{% macro moment_formats(entry) %}
  {%- set formats = [] -%}
  {%- for format in warehouse_segmentation.read_list(entry.get('format')) -%}
    {%- if format == 'iso' -%}
      {%- for time in [' hh:mi:ss', 'Thh:mi:ss', ' hh:mi:ss.ff', 'Thh:mi:ss.ff', ' hh:mi', 'Thh:mi', ''] -%}
        {%- for date in ['yyyy-mm-dd', 'yyyy/mm/dd'] -%}{%- do formats.append(date ~ time) -%}{%- endfor -%}
      {%- endfor -%}
      {%- for time in [' hh:mi:ss', 'Thh:mi:ss', ' hh:mi:ss.ff', 'Thh:mi:ss.ff', ' hh:mi', 'Thh:mi'] -%}
        {%- for zone in ['tz', ' tz'] -%}{%- do formats.append('yyyy-mm-dd' ~ time ~ zone) -%}{%- endfor -%}
      {%- endfor -%}
    {%- else -%}
      {%- do formats.append(format) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(formats) -}}
{% endmacro %}
