{#- What an attribute is by its entry in `read`: a number, a moment, a flag, or, without a word about it, none. -#}
{% macro read_kind(entry) %}
  {%- if entry.get('format') is not none -%}{{- return('moment') -}}{%- endif -%}
  {%- for key in ['decimal', 'thousand', 'currency', 'unit'] if entry.get(key) is not none -%}{{- return('number') -}}{%- endfor -%}
  {%- for key in ['true_values', 'false_values'] if entry.get(key) is not none -%}{{- return('flag') -}}{%- endfor -%}
  {{- return(none) -}}
{% endmacro %}
