{#- The words that say nothing in a column, in lower case: those known everywhere, for ids those for nobody, and what
    its entry in `read` adds, without what the entry calls `real`. A number has those of its entry only. -#}
{% macro words_that_say_nothing(data_type, entry, kind, name='') %}
  {%- set own = warehouse_segmentation.read_list(entry.get('nothing')) | map('lower') | list -%}
  {%- if warehouse_segmentation.type_family(data_type) == 'number' -%}
    {{- return(own | unique | list) -}}
  {%- endif -%}
  {%- set words = warehouse_segmentation.nothing_words() + (warehouse_segmentation.nobody_words() if kind == 'id' else []) -%}
  {#- 'NA' is Namibia -#}
  {%- set kept = warehouse_segmentation.read_list(entry.get('real')) | map('lower') | list + (['na'] if name == 'country' else []) -%}
  {{- return((words | reject('in', kept) | list + own) | unique | list) -}}
{% endmacro %}
