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
