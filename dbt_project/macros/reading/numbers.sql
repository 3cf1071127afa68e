{#- A number as `number_type`. If `read` gives the form of the text, the whole text must match it; then everything
    that is not part of the number is dropped, so that no other form can be mistaken for it. The unit comes last. -#}
{% macro read_number(expression, data_type='varchar', entry={}, number_type='decimal(18, 4)') %}
  {%- set factor = {'thousand': '1000', 'percent': '0.01', 'cents': '0.01', 'micros': '0.000001'}.get(entry.get('unit')) -%}
  {%- set exact_type = 'decimal(28, 10)' if factor and number_type != 'double' else number_type -%}
  {%- set settled = (['decimal', 'thousand', 'currency'] | select('in', entry) | list) and warehouse_segmentation.type_family(data_type) == 'text' -%}
  {%- if settled -%}
    {%- set text = 'cast(' ~ expression ~ ' as string)' -%}
    {%- set dropped = (warehouse_segmentation.thousand_signs(entry.get('thousand')) or '[]')[1:-1] -%}
    {%- set digits = 'regexp_extract(' ~ text ~ ', ' ~ warehouse_segmentation.text_literal(warehouse_segmentation.number_pattern(entry)) ~ ', 1)' -%}
    {%- set digits = warehouse_segmentation.without(digits, dropped) -%}
    {%- if entry.get('decimal') == ',' -%}{%- set digits = 'replace(' ~ digits ~ ", ',', '.')" -%}{%- endif -%}
    {#- a single parenthesis makes the text NULL, a minus outside the exponent makes it negative -#}
    {%- set sign -%}
      case
        when {{ text }} like '%(%)%' then '-'
        when {{ text }} like '%(%' or {{ text }} like '%)%' then null
        when {{ text }} like '%−%' or replace(lower({{ text }}), 'e-', '') like '%-%' then '-'
        else ''
      end
    {%- endset -%}
    {%- set number = '(' ~ sign ~ ') || ' ~ digits -%}
  {%- elif warehouse_segmentation.type_family(data_type) == 'text' -%}
    {%- set number = expression -%}
  {%- else -%}
    {%- set number = warehouse_segmentation.exact_number(expression, data_type, exact_type) -%}
  {%- endif -%}
  {%- set value = 'try_cast(' ~ number ~ ' as ' ~ exact_type ~ ')' -%}
  {%- if factor -%}
    {{- return('try_cast(' ~ value ~ ' * ' ~ factor ~ ' as ' ~ number_type ~ ')') -}}
  {%- endif -%}
  {{- return(value) -}}
{% endmacro %}

{#- A number ready to be cast to a type: floating point goes through its shortest text where the type keeps more
    decimals than it has digits for, so that 0.1 stays 0.1 on every engine. -#}
{% macro exact_number(expression, data_type, number_type) %}
  {%- if data_type.startswith(('double', 'float', 'real')) and number_type == 'decimal(28, 10)' -%}
    {{- return('cast(' ~ expression ~ ' as string)') -}}
  {%- endif -%}
  {{- return(expression) -}}
{% endmacro %}

{#- The form of a number by its entry in `read`, as a pattern whose first group is the number: signs and parentheses
    around it, the currency's spellings before or after it, `%` after a percentage. -#}
{% macro number_pattern(entry) %}
  {%- set blank = '[ \t' ~ '\u00a0\u202f\u2009' ~ ']*' -%}
  {%- set decimal = {'.': '[.]', ',': ','}.get(entry.get('decimal') or '.') -%}
  {%- set thousand = warehouse_segmentation.thousand_signs(entry.get('thousand')) -%}
  {%- set whole = '(?:[0-9]{1,3}(?:' ~ thousand ~ '[0-9]{2,3})*' ~ thousand ~ '[0-9]{3}|[0-9]+)' if thousand else '[0-9]+' -%}
  {%- set exponent = '(?:e[-+]?[0-9]{1,2})?' -%}
  {%- set number = '(?:' ~ whole ~ '(?:' ~ decimal ~ '[0-9]*)?|' ~ decimal ~ '[0-9]+)' ~ exponent if decimal else whole -%}
  {%- set spellings = [] -%}
  {%- if entry.get('currency') is not none -%}
    {%- for text in warehouse_segmentation.currency_spellings().get(entry.currency | string | upper, []) + [entry.currency | string | lower] -%}
      {%- do spellings.append(modules.re.sub('([^A-Za-z0-9])', '[\\1]', text)) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- set currency = '(?:' ~ spellings | unique | sort(attribute='length') | join('|') ~ ')?' if spellings else '' -%}
  {%- set sign = '(?:[-+−]' ~ blank ~ ')?' -%}
  {{- return('(?i)^' ~ blank ~ '[(]?' ~ blank ~ sign ~ currency ~ blank ~ sign ~ '(' ~ number ~ ')' ~ blank ~ sign ~ currency ~ blank
        ~ ('%?' ~ blank if entry.get('unit') == 'percent' else '') ~ '[-−]?' ~ blank ~ '[)]?' ~ blank ~ '$') -}}
{% endmacro %}

{#- The pattern of texts for a format without separators between its numbers, in which each number has all its digits.
    -#}
{% macro digits_pattern(format) %}
  {%- set patterns = {'yyyy': '[0-9]{4}', 'mmmm': '[A-Za-z]+', 'mmm': '[A-Za-z]{3}', 'ff': '[0-9]{1,9}', 'am': '[AaPp][Mm]',
                      'tz': '(?:[-+][0-9:]+|[A-Za-z]+)'} -%}
  {%- set pattern = [] -%}
  {%- for part in warehouse_segmentation.format_parts(format) -%}
    {%- do pattern.append(patterns.get(part.text, '[0-9]{2}') if part.kind == 'token' else modules.re.sub('([^A-Za-z0-9 ])', '[\\1]', part.text)) -%}
  {%- endfor -%}
  {{- return('^' ~ pattern | join('') ~ '$') -}}
{% endmacro %}

{#- The thousands separators as a character class, where `read` names one of them; otherwise none. All blanks are
    equivalent, and so are all apostrophes. -#}
{% macro thousand_signs(sign) %}
  {{- return({',': '[,]', '.': '[.]', ' ': '[ ' ~ '\u00a0\u202f\u2009' ~ ']', "'": "['’‘´]"}.get(sign)) -}}
{% endmacro %}

{#- A flag as BOOLEAN, by the texts that its entry in `read` lists or by the usual ones; NULL for any other. -#}
{% macro read_flag(expression, data_type='varchar', entry={}) %}
  {%- set listed = entry.get('true_values') is not none or entry.get('false_values') is not none -%}
  {%- if warehouse_segmentation.type_family(data_type) == 'boolean' and not listed -%}
    {{- return(expression) -}}
  {%- endif -%}
  {%- set true_values = entry.get('true_values') if listed else ['true', 't', 'yes', 'y', '1'] -%}
  {%- set false_values = entry.get('false_values') if listed else ['false', 'f', 'no', 'n', '0'] -%}
  {%- set branches = [] -%}
  {%- for value, texts in [('true', true_values), ('false', false_values)] -%}
    {%- for literal in warehouse_segmentation.text_literals(warehouse_segmentation.read_list(texts) | map('lower') | list) -%}
      {%- do branches.append('when ' ~ literal ~ ' then ' ~ value) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return('case ' ~ warehouse_segmentation.plain_text(expression, data_type) ~ ' ' ~ branches | join(' ') ~ ' end') -}}
{% endmacro %}
