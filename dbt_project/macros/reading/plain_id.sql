{#- The condition under which an id is kept as it is: it begins with a sign of ASCII that is no blank, ends with a digit
    and is not '12346.0', as most ids are. That saves trimming it and searching the words for nobody. Not a regular
    expression: it takes longer, and DuckDB works out an expression that has one for each row instead of for each
    value of a dictionary. None where the condition could read another id. -#}
{% macro plain_id(expression, data_type, entry) %}
  {%- if data_type | lower not in ['varchar', 'text', 'string'] or warehouse_segmentation.read_list(entry.get('same')) -%}
    {{- return(none) -}}
  {%- endif -%}
  {%- set numbers = [] -%}
  {%- for word in warehouse_segmentation.words_that_say_nothing(data_type, entry, 'id') if word[-1:] in '0123456789' and word -%}
    {%- if word | reject('in', '0123456789-') | list -%}
      {#- its case would have to be looked at -#}
      {{- return(none) -}}
    {%- endif -%}
    {%- do numbers.append(word) -%}
  {%- endfor -%}
  {%- if numbers | length > 3 -%}{{- return(none) -}}{%- endif -%}
  {{- return(adapter.dispatch('segmentation_plain_id', 'warehouse_segmentation')(expression, numbers)) -}}
{% endmacro %}

{% macro default__segmentation_plain_id(expression, numbers) %}
  {{- return(none) -}}
{% endmacro %}

{% macro duckdb__segmentation_plain_id(expression, numbers) %}
  {#- read signs of a text in this form are those of its bytes: what begins with another blank than ' ' is beyond '~' -#}
  {%- set conditions = [expression ~ " between '!' and '~'", expression ~ "[-1] between '0' and '9'", 'not ' ~ expression ~ " like '%.0'"] -%}
  {%- for literal in warehouse_segmentation.text_literals(numbers) -%}
    {%- do conditions.append(expression ~ ' <> ' ~ literal) -%}
  {%- endfor -%}
  {{- return(conditions | join(' and ')) -}}
{% endmacro %}
