{#- A status of a variable's list as conformed_status() makes it. -#}
{% macro status_text(status) %}
  {%- set text = status | string | lower | replace('_', ' ') | replace('-', ' ') | trim -%}
  {%- for prefix in warehouse_segmentation.status_prefixes() -%}
    {%- if text.startswith(prefix) -%}{{- return(text[prefix | length:] | trim) -}}{%- endif -%}
  {%- endfor -%}
  {{- return(text) -}}
{% endmacro %}
