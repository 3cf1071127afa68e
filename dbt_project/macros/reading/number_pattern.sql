{#- The form of a number as `read` settled it, a pattern whose first group is the number: signs and
    parentheses around it, the currency's spellings before or behind it, `%` behind a percentage. -#}
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
