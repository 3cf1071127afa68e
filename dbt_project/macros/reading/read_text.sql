{#- A text or a category: trimmed, NULL where it says nothing. -#}
{% macro read_text(expression, data_type='varchar', entry={}, name='') %}
  {%- set text = 'trim(cast(' ~ expression ~ ' as string))' -%}
  {{- return('case when not ' ~ warehouse_segmentation.says_nothing(expression, data_type, entry, 'text', name) ~ ' then ' ~ text ~ ' end') -}}
{% endmacro %}
