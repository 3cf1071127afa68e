{#- The family of a column type: number, text, boolean, moment (dates and timestamps) or other. -#}
{% macro type_family(data_type) %}
  {%- set type = data_type | lower -%}
  {%- if type.endswith(']') or type.startswith(('struct', 'map', 'list', 'array', 'union')) -%}
    {{- return('other') -}}
  {%- elif type.startswith(('bool',)) -%}
    {{- return('boolean') -}}
  {%- elif type.startswith(('timestamp', 'date')) -%}
    {{- return('moment') -}}
  {%- elif type.startswith(('varchar', 'string', 'text', 'char', 'enum', 'uuid', 'bpchar')) -%}
    {{- return('text') -}}
  {%- elif type.startswith(('decimal', 'numeric', 'double', 'float', 'real', 'int', 'bigint', 'smallint', 'tinyint', 'hugeint',
                            'uint', 'ubigint', 'usmallint', 'utinyint', 'uhugeint', 'long', 'short', 'byte', 'bignum', 'varint')) -%}
    {{- return('number') -}}
  {%- endif -%}
  {{- return('other') -}}
{% endmacro %}
