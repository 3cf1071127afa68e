{#- Whether a value says nothing: it is NULL, one of the words for nothing, or one of those that its entry in
    `read` adds; what the entry calls `real` says something. Ids have words of their own. -#}
{% macro says_nothing(expression, data_type='varchar', entry={}, kind='text', name='') %}
  {%- set real = warehouse_segmentation.read_list(entry.get('real')) | map('lower') | list -%}
  {%- set own = warehouse_segmentation.read_list(entry.get('nothing')) | map('lower') | list -%}
  {%- set family = warehouse_segmentation.type_family(data_type) -%}
  {%- if family in ['moment', 'boolean'] or (family == 'number' and not own) -%}
    {{- return(expression ~ ' is null') -}}
  {%- endif -%}
  {%- set words = warehouse_segmentation.nothing_words() + (warehouse_segmentation.nobody_words() if kind == 'id' else []) -%}
  {#- 'NA' is Namibia -#}
  {%- set kept = real + (['na'] if name == 'country' else []) -%}
  {%- set listed = (own if family == 'number' else words | reject('in', kept) | list + own) | unique | list -%}
  {{- return(warehouse_segmentation.is_one_of(warehouse_segmentation.plain_text(expression, data_type), listed, or_null=true)) -}}
{% endmacro %}
