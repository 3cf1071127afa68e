{#- A number as DOUBLE, NULL where it is infinite, NaN, cannot be read or is beyond 1e18, which is an error in any
    unit and would count as unknown in sums (see exact). -#}
{% macro finite(expression) %}
  {%- set number = 'try_cast(' ~ expression ~ ' as double)' -%}
  {{- return('case when ' ~ number ~ ' between -1e18 and 1e18 then ' ~ number ~ ' end') -}}
{% endmacro %}

{#- A readable number with thousands separators and a fixed number of decimals: '1,234.5'. -#}
{% macro number_text(expression, decimals=0) %}
  {{- return(adapter.dispatch('segmentation_number_text', 'warehouse_segmentation')(expression, decimals)) -}}
{% endmacro %}

{% macro default__segmentation_number_text(expression, decimals) %}
  {{- return("format('{:,." ~ decimals ~ "f}', cast(" ~ expression ~ " as double))") -}}
{% endmacro %}

{% macro spark__segmentation_number_text(expression, decimals) %}
  {{- return("format_number(cast(" ~ expression ~ " as double), " ~ decimals ~ ")") -}}
{% endmacro %}

{#- A readable number with decimals that suit its size: '1,234', '44.4', '0.25', '8'. -#}
{% macro short_number_text(expression) -%}
    case
        when abs({{ expression }}) >= 99.95 then {{ warehouse_segmentation.number_text(expression, 0) }}
        when abs({{ expression }}) >= 0.995 then regexp_replace({{ warehouse_segmentation.number_text(expression, 1) }}, '[.]0$', '')
        when abs({{ expression }}) >= 0.005 then {{ warehouse_segmentation.number_text(expression, 2) }}
        when {{ expression }} is not null then '0'
    end
{%- endmacro %}

{#- An amount of money or a quantity as DECIMAL(18, 4), NULL where it cannot be read. -#}
{% macro money(expression) %}
  {{- return('try_cast(' ~ expression ~ ' as decimal(18, 4))') -}}
{% endmacro %}

{#- A BIGINT with one bit set, at a place from 0 to 62; `bit_or` collects places and `bit_count` counts them. -#}
{% macro bit_at(place) %}
  {{- return(adapter.dispatch('segmentation_bit_at', 'warehouse_segmentation')(place)) -}}
{% endmacro %}

{% macro default__segmentation_bit_at(place) %}
  {{- return('cast(1 as bigint) << cast(' ~ place ~ ' as int)') -}}
{% endmacro %}

{% macro spark__segmentation_bit_at(place) %}
  {{- return('shiftleft(cast(1 as bigint), cast(' ~ place ~ ' as int))') -}}
{% endmacro %}
