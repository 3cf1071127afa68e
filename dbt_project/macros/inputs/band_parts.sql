{#- A band taken apart, as columns beside it that band_number() puts together: what says that it is open at
    the bottom, the lower number and its unit, the upper number and its unit, and once more what says that
    it is open at the bottom, behind the numbers. All are empty where a text is no band. The same on every
    engine: no backslashes, no replacing by pattern. -#}
{% macro band_parts(name) %}
  {%- set dashes = '–—−' -%}
  {%- set dropped = ' ,_$€£' ~ '\u00a0' -%}
  {%- set text = 'translate(lower(cast(' ~ warehouse_segmentation.quoted(name) ~ ' as string)), ' ~ warehouse_segmentation.text_literal(dashes ~ dropped) ~ ", '---')" -%}
  {%- set number = '([0-9]+[.]?[0-9]*|[.][0-9]+)(k|m|thousand|million)?' -%}
  {%- set noun = '(?:years?old|years?|yrs?|peryear|ayear|usd|eur|gbp|persons?|people)?' -%}
  {%- set pattern = '^(?:between|from)?(?:(under|below|lessthan|fewerthan|youngerthan|upto|<=?|≤)|over|above|morethan|olderthan|atleast|>=?|≥)?'
        ~ number ~ noun ~ '(?:(?:-|to|and)' ~ number ~ ')?' ~ noun
        ~ '(?:((?:or|and)(?:less|fewer|under|below|younger))|(?:or|and)(?:more|over|above|older|up)|plus|[+])?' ~ noun ~ '$' -%}
  {%- set columns = [] -%}
  {%- for part in ['below', 'low', 'low_unit', 'high', 'high_unit', 'or_below'] -%}
    {%- do columns.append('regexp_extract(' ~ text ~ ', ' ~ warehouse_segmentation.text_literal(pattern) ~ ', ' ~ loop.index ~ ') as '
          ~ warehouse_segmentation.band_column(name, part)) -%}
  {%- endfor -%}
  {{- return(columns | join(',\n        ')) -}}
{% endmacro %}
