{#- An identifier as text (see id_text), NULL where it is no customer. Its entry in `read` says what does not matter:
    `lower` the case, `no_padding` leading zeros, `no_braces` braces around it, `no_separators` blanks and hyphens in
    it. -#}
{% macro read_id(expression, data_type='varchar', entry={}) %}
  {%- set text = warehouse_segmentation.id_text(expression, data_type) -%}
  {%- set value = {'sql': text} -%}
  {%- set same = warehouse_segmentation.read_list(entry.get('same')) -%}
  {%- for key in ['lower', 'no_padding', 'no_braces', 'no_separators'] if key in same -%}
    {%- if key == 'lower' -%}
      {%- do value.update({'sql': 'lower(' ~ value.sql ~ ')'}) -%}
    {%- elif key == 'no_padding' -%}
      {#- an id of zeros alone is 0 -#}
      {%- set zeros = "trim(leading '0' from " ~ value.sql ~ ")" -%}
      {%- do value.update({'sql': 'case when ' ~ zeros ~ " = '' then '0' else " ~ zeros ~ ' end'}) -%}
    {%- else -%}
      {%- set dropped = {'no_braces': '{}', 'no_separators': ' -' ~ '\u00a0'}[key] -%}
      {%- do value.update({'sql': warehouse_segmentation.without(value.sql, dropped)}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if warehouse_segmentation.type_family(data_type) != 'text' and not entry -%}
    {#- a number is never a word -#}
    {{- return(value.sql) -}}
  {%- endif -%}
  {%- set nothing = warehouse_segmentation.says_nothing(expression, data_type, entry, 'id') -%}
  {%- set value = "nullif(trim(" ~ value.sql ~ "), '')" if same else value.sql -%}
  {%- set plain = warehouse_segmentation.plain_id(expression, data_type, entry) -%}
  {{- return('case' ~ (' when ' ~ plain ~ ' then ' ~ expression if plain) ~ ' when not ' ~ nothing ~ ' then ' ~ value ~ ' end') -}}
{% endmacro %}

{#- The condition under which an id is used unchanged: it begins with an ASCII character that is not a blank, ends
    with a digit and is not like '12346.0'. Most ids are like that, and it saves trimming them and searching the words
    for nobody. It is not a regular expression, because that takes longer, and DuckDB evaluates an expression that has
    one for each row instead of for each value of a dictionary. None where the condition could give another id. -#}
{% macro plain_id(expression, data_type, entry) %}
  {%- if data_type | lower not in ['varchar', 'text', 'string'] or warehouse_segmentation.read_list(entry.get('same')) -%}
    {{- return(none) -}}
  {%- endif -%}
  {%- set numbers = [] -%}
  {%- for word in warehouse_segmentation.words_that_say_nothing(data_type, entry, 'id') if word[-1:] in '0123456789' and word -%}
    {%- if word | reject('in', '0123456789-') | list -%}
      {#- its case would have to be checked -#}
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
  {#- comparisons in this form use the bytes of the text: a blank other than ' ' is beyond '~' -#}
  {%- set conditions = [expression ~ " between '!' and '~'", expression ~ "[-1] between '0' and '9'", 'not ' ~ expression ~ " like '%.0'"] -%}
  {%- for literal in warehouse_segmentation.text_literals(numbers) -%}
    {%- do conditions.append(expression ~ ' <> ' ~ literal) -%}
  {%- endfor -%}
  {{- return(conditions | join(' and ')) -}}
{% endmacro %}

{#- An identifier as text: trimmed, empty as NULL, a whole number that passed through a floating-point column
    without its '.0' (12346.0 and 1.2346E4 are both '12346'). -#}
{% macro id_text(expression, data_type='varchar') %}
  {%- set text = 'trim(cast(' ~ expression ~ ' as string))' -%}
  {%- if warehouse_segmentation.type_family(data_type) == 'number' and not data_type.startswith(('double', 'float', 'real', 'decimal', 'numeric')) -%}
    {{- return('cast(' ~ expression ~ ' as string)') -}}
  {%- endif -%}
  {%- set whole -%}
    case
      {%- if data_type.startswith(('double', 'float', 'real')) %}
      {#- nearly all of them, without checking a text #}
      when {{ expression }} = floor({{ expression }}) and abs({{ expression }}) < 9007199254740992 then cast(cast({{ expression }} as bigint) as string)
      {%- endif %}
      when {{ text }} = '' then null
      when {{ text }} like '%.0' and try_cast({{ text }} as double) is not null then split_part({{ text }}, '.', 1)
      {%- if data_type.startswith(('double', 'float', 'real')) %}
      when lower({{ text }}) = 'nan' then null
      when {{ text }} like '%e+%' or {{ text }} like '%E%' then cast(try_cast({{ expression }} as decimal(38, 0)) as string)
      {%- elif data_type.startswith(('decimal', 'numeric')) %}
      when {{ text }} like '%.%' and cast({{ expression }} as decimal(38, 0)) = {{ expression }} then split_part({{ text }}, '.', 1)
      {%- endif %}
      else {{ text }}
    end
  {%- endset -%}
  {{- return(whole) -}}
{% endmacro %}

{#- Whether two numbers of a format have nothing between them, as in yyyymmdd. Only the number of digits
    separates them. -#}
{% macro runs_together(format) %}
  {%- set found = [] -%}
  {%- set before = {'is_number': false} -%}
  {%- for part in warehouse_segmentation.format_parts(format) -%}
    {%- set is_number = part.kind == 'token' and part.text not in ['mmmm', 'mmm', 'am', 'tz'] -%}
    {%- if is_number and before.is_number -%}{%- do found.append(part.text) -%}{%- endif -%}
    {%- do before.update({'is_number': is_number}) -%}
  {%- endfor -%}
  {{- return(found | length > 0) -}}
{% endmacro %}
