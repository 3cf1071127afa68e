{#- A condition under which an id is text that is kept as it is, letters of ASCII and then digits, as most are: a look
    instead of trimming it, and of a search among the words for nobody. None where that would not be the same. -#}
{% macro plain_id(expression, data_type, entry) %}
  {%- if data_type | lower not in ['varchar', 'text', 'string'] or warehouse_segmentation.read_list(entry.get('same')) -%}
    {{- return(none) -}}
  {%- endif -%}
  {%- for word in warehouse_segmentation.read_list(entry.get('nothing')) + warehouse_segmentation.nothing_words() + warehouse_segmentation.nobody_words() -%}
    {#- the one with digits among those that are known everywhere is of zeros and hyphens -#}
    {%- if (word | string)[-1:] in ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] and '-' not in (word | string)[1:] -%}
      {{- return(none) -}}
    {%- endif -%}
  {%- endfor -%}
  {{- return(adapter.dispatch('segmentation_plain_id', 'warehouse_segmentation')(expression)) -}}
{% endmacro %}

{% macro default__segmentation_plain_id(expression) %}
  {{- return(none) -}}
{% endmacro %}

{% macro duckdb__segmentation_plain_id(expression) %}
  {{- return('regexp_full_match(' ~ expression ~ ", '[A-Za-z]*[0-9]+')") -}}
{% endmacro %}
