{#- The mapped columns of an input that its relation is known to have, in the order of the mapping:
    [{position, name, kind, canonical_kind, type, expression, reading, is_confidential}]. -#}
{% macro mapped_columns(input) %}
  {%- set canonical = warehouse_segmentation.input_definitions()[input].columns -%}
  {%- set types = warehouse_segmentation.input_types(input) -%}
  {%- set columns = [] -%}
  {%- for name, expression in warehouse_segmentation.input_expressions(input).items() if name in types -%}
    {%- set kind = warehouse_segmentation.column_kind(input, name, types[name]) -%}
    {%- do columns.append({
          'position': loop.index,
          'name': name,
          'kind': kind,
          'canonical_kind': canonical.get(name, 'attribute'),
          'type': types[name],
          'expression': expression | string | trim,
          'reading': warehouse_segmentation.column_reading(input, name),
          'is_confidential': warehouse_segmentation.is_confidential(name, expression, kind)}) -%}
  {%- endfor -%}
  {{- return(columns) -}}
{% endmacro %}

{#- How the values of a mapped column are read, in a few words: its entry in `read`. -#}
{% macro column_reading(input, name) %}
  {%- set entry = warehouse_segmentation.read_entry(input, name) -%}
  {%- set told = [] -%}
  {%- if entry.get('format') is not none -%}{%- do told.append(warehouse_segmentation.read_list(entry.format) | join(' or ')) -%}{%- endif -%}
  {%- if entry.get('zone') is not none -%}{%- do told.append('local time of ' ~ entry.zone) -%}{%- endif -%}
  {%- for key in ['decimal', 'thousand'] if entry.get(key) is not none -%}
    {%- set sign = entry[key] | string -%}
    {%- do told.append('whole numbers' if sign == 'none' else key ~ " '" ~ sign ~ "'") -%}
  {%- endfor -%}
  {%- if entry.get('currency') is not none -%}{%- do told.append('in ' ~ entry.currency) -%}{%- endif -%}
  {%- set units = {'thousand': 'in thousands', 'percent': 'as a percentage', 'share': 'as a share from 0 to 1', 'cents': 'in hundredths',
                   'micros': 'in millionths'} -%}
  {%- if entry.get('unit') is not none -%}{%- do told.append(units.get(entry.unit, entry.unit)) -%}{%- endif -%}
  {%- if entry.get('of') == 'order' -%}{%- do told.append(('total' if name == 'amount' else 'discount') ~ ' of the order, spread over its lines') -%}{%- endif -%}
  {%- for key, word in {'true_values': 'true', 'false_values': 'false'}.items() if entry.get(key) is not none -%}
    {%- do told.append(word ~ ': ' ~ warehouse_segmentation.read_list(entry[key]) | join(', ')) -%}
  {%- endfor -%}
  {%- set same = {'lower': 'in lower case', 'no_padding': 'without leading zeros', 'no_braces': 'without braces', 'no_separators': 'without blanks and hyphens'} -%}
  {%- for key in warehouse_segmentation.read_list(entry.get('same')) -%}{%- do told.append(same.get(key, key)) -%}{%- endfor -%}
  {%- for key, word in {'nothing': 'says nothing', 'real': 'a real id'}.items() if entry.get(key) is not none -%}
    {%- do told.append(word ~ ': ' ~ warehouse_segmentation.read_list(entry[key]) | join(', ')) -%}
  {%- endfor -%}
  {%- if name in warehouse_segmentation.input_bands(input) -%}{%- do told.append('the middle of its band') -%}{%- endif -%}
  {{- return(told | join('; ') or 'as the source has it') -}}
{% endmacro %}

{#- A readable value, from its text: numbers without trailing zeros, midnight as the date only. -#}
{% macro shown_value(expression, kind) %}
  {%- if kind == 'number' -%}
    {%- set text = 'coalesce(cast(try_cast(' ~ expression ~ ' as decimal(38, 10)) as string), cast(' ~ expression ~ ' as string))' -%}
    {{- return("case when " ~ text ~ " like '%.%' then regexp_replace(" ~ text ~ ", '[.]?0+$', '') else " ~ text ~ ' end') -}}
  {%- elif kind == 'moment' -%}
    {{- return('case when cast(cast(' ~ expression ~ ' as date) as timestamp) = ' ~ expression ~ ' then cast(cast(' ~ expression
          ~ ' as date) as string) else cast(' ~ expression ~ ' as string) end') -}}
  {%- endif -%}
  {{- return('cast(' ~ expression ~ ' as string)') -}}
{% endmacro %}
