{#- Names of the mapped columns whose texts are ordered bands, to become numbers. -#}
{% macro input_bands(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set bands = config.get('bands') if config is mapping else none -%}
  {{- return(bands | list if bands is sequence and bands is not string and bands is not mapping else []) -}}
{% endmacro %}

{#- The input's rows under their canonical names, with the parts of every band beside them. -#}
{% macro banded_query(input) %}
  {%- set bands = warehouse_segmentation.input_bands(input) -%}
  {%- if not bands -%}
    {{- return(warehouse_segmentation.mapped_query(input)) -}}
  {%- endif -%}
  {%- set parts = [] -%}
  {%- for name in bands -%}{%- do parts.append(warehouse_segmentation.band_parts(name)) -%}{%- endfor -%}
  select
        mapped.*,
        {{ parts | join(',\n        ') }}
  from (
    {{ warehouse_segmentation.mapped_query(input) }}
  ) as mapped
{% endmacro %}

{#- The name of the column that holds a part of a band; no mapped column has this name. -#}
{% macro band_column(name, part) %}
  {%- set taken = warehouse_segmentation.input_expressions('customers') | map('lower') | list -%}
  {%- set own = namespace(name=name ~ ' ' ~ part) -%}
  {%- for _ in taken if own.name | lower in taken -%}{%- set own.name = own.name ~ '_' -%}{%- endfor -%}
  {{- return(warehouse_segmentation.quoted(own.name)) -}}
{% endmacro %}

{#- The number in the middle of an ordered band, DOUBLE in natural units, from the columns of band_parts(); NULL where
    a text is not a band. An upper end in 4 or 9 reaches up to the next number ('25-34' is 25 up to 35, so 30;
    '50-74K' is 62,500), other ranges use their plain middle ('1-2' is 1.5). Open at the top: where it begins. Open at
    the bottom: half of where it ends. A single number is itself. -#}
{% macro band_number(name) %}
  {%- set part = {} -%}
  {%- for key in ['below', 'low', 'low_unit', 'high', 'high_unit', 'or_below'] -%}{%- do part.update({key: warehouse_segmentation.band_column(name, key)}) -%}{%- endfor -%}
  {%- set is_below = part.below ~ ' || ' ~ part.or_below ~ " <> ''" -%}
  {%- set low = 'try_cast(' ~ part.low ~ ' as double) * ' ~ warehouse_segmentation.band_unit(part.low_unit, part.high_unit) -%}
  {%- set high_unit = warehouse_segmentation.band_unit(part.high_unit, part.low_unit) -%}
  {%- set high = 'try_cast(' ~ part.high ~ ' as double) * ' ~ high_unit -%}
  {%- set reaches = part.high ~ " not like '%.%' and (" ~ part.high ~ " like '%4' or " ~ part.high ~ " like '%9')" -%}
  {%- set sql -%}
    case
      when {{ part.high }} <> '' and ({{ is_below }} or {{ high }} < {{ low }}) then null
      when {{ part.high }} <> '' then ({{ low }} + {{ high }} + case when {{ reaches }} then {{ high_unit }} else 0 end) / 2
      when {{ is_below }} then {{ low }} / 2
      else {{ low }}
    end
  {%- endset -%}
  {{- return(sql) -}}
{% endmacro %}

{#- A band split into additional columns that band_number() combines: the words for 'open at the bottom', the lower
    number and its unit, the upper number and its unit, and again the words for 'open at the bottom', after the
    numbers. All are empty where a text is not a band. The pattern is the same on every engine: no backslashes, no
    replacing by pattern. -#}
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

{#- The unit of a band's number: K is thousands, M is millions; without either, the unit of the other end. -#}
{% macro band_unit(own, other) %}
  {{- return("case coalesce(nullif(" ~ own ~ ", ''), " ~ other
        ~ ") when 'k' then 1000 when 'thousand' then 1000 when 'm' then 1000000 when 'million' then 1000000 else 1 end") -}}
{% endmacro %}
