{#- A format of moments taken apart: [{kind, text}], `kind` being token, literal or, for lower-case letters that are
    no token, unknown. -#}
{% macro format_parts(format) %}
  {%- set tokens = ['yyyy', 'yy', 'mmmm', 'mmm', 'mm', 'mi', 'm', 'dd', 'd', 'hh', 'ss', 'ff', 'am', 'tz'] -%}
  {%- set parts = [] -%}
  {%- for text in modules.re.findall(tokens | join('|') ~ '|[a-z]+|[^a-z]+', format | string) -%}
    {%- do parts.append({'kind': 'token' if text in tokens else ('unknown' if modules.re.match('[a-z]', text) else 'literal'), 'text': text}) -%}
  {%- endfor -%}
  {{- return(parts) -}}
{% endmacro %}
