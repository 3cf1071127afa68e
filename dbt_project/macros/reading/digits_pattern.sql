{#- The pattern of the texts that a format whose numbers run together fits, each number with all its digits. -#}
{% macro digits_pattern(format) %}
  {%- set patterns = {'yyyy': '[0-9]{4}', 'mmmm': '[A-Za-z]+', 'mmm': '[A-Za-z]{3}', 'ff': '[0-9]{1,9}', 'am': '[AaPp][Mm]',
                      'tz': '(?:[-+][0-9:]+|[A-Za-z]+)'} -%}
  {%- set pattern = [] -%}
  {%- for part in warehouse_segmentation.format_parts(format) -%}
    {%- do pattern.append(patterns.get(part.text, '[0-9]{2}') if part.kind == 'token' else modules.re.sub('([^A-Za-z0-9 ])', '[\\1]', part.text)) -%}
  {%- endfor -%}
  {{- return('^' ~ pattern | join('') ~ '$') -}}
{% endmacro %}
