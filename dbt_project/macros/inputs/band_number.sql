{#- The number in the middle of an ordered band, DOUBLE in natural units, from the columns of band_parts();
    NULL where a text is no band. An upper end in 4 or 9 reaches up to the next number ('25-34' is 25 up to
    35, so 30; '50-74K' is 62,500), other ranges are halved as they stand ('1-2' is 1.5). Open at the top:
    where it begins. Open at the bottom: half of where it ends. A single number is itself. -#}
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
