{#- True where a conformed status is one of a list, however it parts its words: 'on hold', 'on_hold' and 'OnHold'
    are one. -#}
{% macro status_is_one_of(expression, statuses) %}
  {%- set texts = [] -%}
  {%- for status in statuses or [] -%}
    {%- do texts.append(warehouse_segmentation.status_text(status) | replace(' ', '')) -%}
  {%- endfor -%}
  {{- return(warehouse_segmentation.is_one_of('replace(' ~ expression ~ ", ' ', '')", texts | unique | list)) -}}
{% endmacro %}
