{#- A value as text to compare with words: trimmed, lower case, whole numbers without '.0'. -#}
{% macro plain_text(expression, data_type='varchar') %}
  {%- if warehouse_segmentation.type_family(data_type) == 'number' -%}
    {{- return(warehouse_segmentation.id_text(expression, data_type)) -}}
  {%- endif -%}
  {{- return('lower(trim(cast(' ~ expression ~ ' as string)))') -}}
{% endmacro %}
