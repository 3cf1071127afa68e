{#- A text without some characters. Engines replace one text faster than they translate several. -#}
{% macro without(expression, characters) %}
  {%- set sql = [expression] -%}
  {%- for character in characters -%}
    {%- do sql.append('replace(' ~ sql[-1] ~ ', ' ~ warehouse_segmentation.text_literal(character) ~ ", '')") -%}
  {%- endfor -%}
  {{- return(sql[-1]) -}}
{% endmacro %}
