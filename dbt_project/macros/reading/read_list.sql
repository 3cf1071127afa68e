{#- The value of a key that takes one text or a list of texts, as a list of texts. YAML reads a bare Yes as a
    boolean: it stands for each of its spellings. -#}
{% macro read_list(value) %}
  {%- if value is none or value is undefined -%}{{- return([]) -}}{%- endif -%}
  {%- set given = value if value is sequence and value is not string and value is not mapping else [value] -%}
  {%- set texts = [] -%}
  {%- for item in given -%}
    {%- if item is boolean -%}
      {%- do texts.extend(['true', 'yes', 'on'] if item else ['false', 'no', 'off']) -%}
    {%- else -%}
      {%- do texts.append(item | string | trim) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(texts) -}}
{% endmacro %}
