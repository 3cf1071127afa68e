{#- The words for a missing value, in lower case, the empty text included. One list for ids, texts, numbers and
    dates, here and in Python (segment/mapping). -#}
{% macro nothing_words() %}
  {{- return([
    '', 'nan', 'null', 'none', 'nil', 'na', 'n/a', '#n/a', '#na', '<na>', 'nat', '-', '--', '?', 'unknown', 'undefined',
    'not available', 'not set', '(not set)', '(none)', '(blank)', 'missing', '\\n'
  ]) -}}
{% endmacro %}

{#- The ids, in lower case, that mean nobody, besides the words for a missing value. -#}
{% macro nobody_words() %}
  {{- return([
    'guest', 'guest checkout', 'anonymous', 'anon', 'no customer', 'walk-in', '00000000-0000-0000-0000-000000000000'
  ]) -}}
{% endmacro %}

{#- The words for a missing value in a column, in lower case: the general ones, for ids also those for nobody, and
    those that its entry in `read` adds, without those that the entry lists under `real`. A number has only those of
    its entry. -#}
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

{#- Whether the raw value of a mapped column is missing; true where the column is not mapped. -#}
{% macro raw_is_nothing(input, name, kind, types) %}
  {%- if name not in types -%}{{- return('true') -}}{%- endif -%}
  {%- set came = warehouse_segmentation.quoted(name) -%}
  {%- set entry = warehouse_segmentation.read_entry(input, name) -%}
  {%- set nothing = warehouse_segmentation.says_nothing(came, types[name], entry, kind, name) -%}
  {%- set plain = warehouse_segmentation.plain_id(came, types[name], entry) if kind == 'id' else none -%}
  {{- return('case when ' ~ plain ~ ' then false else ' ~ nothing ~ ' end' if plain else nothing) -}}
{% endmacro %}

{#- The raw value of a mapped column as text, whole numbers without '.0'; NULL where the column is not mapped.
    -#}
{% macro raw_text(name, types) %}
  {%- if name not in types -%}{{- return('cast(null as string)') -}}{%- endif -%}
  {%- if warehouse_segmentation.type_family(types[name]) == 'number' -%}
    {{- return('coalesce(' ~ warehouse_segmentation.id_text(warehouse_segmentation.quoted(name), types[name]) ~ ', cast(' ~ warehouse_segmentation.quoted(name) ~ ' as string))') -}}
  {%- endif -%}
  {{- return('cast(' ~ warehouse_segmentation.quoted(name) ~ ' as string)') -}}
{% endmacro %}
