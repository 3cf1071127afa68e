{#- The name of a column where a mapping's right-hand side cannot be anything else: a bare word that is no
    value by itself, or a name in quotation marks, of any engine. Otherwise empty. -#}
{% macro column_name(expression) %}
  {%- set bare = expression | string | trim -%}
  {%- set mark = bare[:1] -%}
  {%- if mark in ['"', '`'] and bare | length > 2 and bare[-1:] == mark and mark not in bare[1:-1].replace(mark ~ mark, '') -%}
    {{- return(bare[1:-1].replace(mark ~ mark, mark)) -}}
  {%- elif modules.re.match('^[A-Za-z_][A-Za-z0-9_]*$', bare) and bare | lower not in ['null', 'true', 'false', 'current_date', 'current_time',
        'current_timestamp', 'localtime', 'localtimestamp', 'user', 'current_user', 'session_user', 'current_role', 'current_schema', 'current_catalog'] -%}
    {{- return(bare) -}}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}
