{#- The condition under which an id is kept as it is: letters of ASCII, then digits, as most ids are. One look then
    saves trimming it and searching the words for nobody. None where that could read another id. -#}
{% macro plain_id(expression, data_type, entry) %}
  {%- if data_type | lower not in ['varchar', 'text', 'string'] or warehouse_segmentation.read_list(entry.get('same')) -%}
    {{- return(none) -}}
  {%- endif -%}
  {%- for word in warehouse_segmentation.words_that_say_nothing(data_type, entry, 'id') -%}
    {#- a word with a hyphen, as the zeros of a UUID, is no such id -#}
    {%- if word[-1:] in ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'] and '-' not in word -%}
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
