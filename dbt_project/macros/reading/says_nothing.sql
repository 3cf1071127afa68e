{#- Whether a value is missing: NULL, one of the words for a missing value, or one that its entry in `read` adds.
    Values that the entry lists under `real` are not missing. Ids have words of their own. -#}
{% macro says_nothing(expression, data_type='varchar', entry={}, kind='text', name='') %}
  {%- set family = warehouse_segmentation.type_family(data_type) -%}
  {%- if family in ['moment', 'boolean'] or (family == 'number' and not warehouse_segmentation.read_list(entry.get('nothing'))) -%}
    {{- return(expression ~ ' is null') -}}
  {%- endif -%}
  {%- set listed = warehouse_segmentation.words_that_say_nothing(data_type, entry, kind, name) -%}
  {{- return(warehouse_segmentation.is_one_of(warehouse_segmentation.plain_text(expression, data_type), listed, or_null=true)) -}}
{% endmacro %}
