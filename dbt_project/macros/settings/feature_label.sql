{#- What people call a feature: what `feature_labels` says, or else its name in words. -#}
{% macro feature_label(name) %}
  {%- set given = var('feature_labels', none) or {} -%}
  {%- if name in given -%}{{- return(given[name] | trim) -}}{%- endif -%}
  {%- set spelt_out = {'avg': 'average', 'cv': 'variation', '90d': '90 days', '365d': '365 days'} -%}
  {%- set words = [] -%}
  {%- for word in name.replace('_', ' ').split() -%}{%- do words.append(spelt_out.get(word, word)) -%}{%- endfor -%}
  {{- return(words | join(' ')) -}}
{% endmacro %}
