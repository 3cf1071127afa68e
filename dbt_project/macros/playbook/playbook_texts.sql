{#- The columns of the playbook that are words for people, in order. -#}
{% macro playbook_texts() %}
  {{- return(['description', 'strategy', 'promotion', 'channel', 'measure']) -}}
{% endmacro %}
