{#- One number divided by another as DOUBLE, NULL where the divisor is 0. -#}
{% macro share_of(part, whole) %}
  {{- return('cast(' ~ part ~ ' as double) / nullif(cast(' ~ whole ~ ' as double), 0)') -}}
{% endmacro %}

{#- A share from 0 to 1 as whole percent, '42 %'; a small share is never shown as 0 %. -#}
{% macro share_text(share) -%}
    case
        when {{ share }} > 0 and {{ share }} < 0.005 then 'under 1 %'
        else {{ warehouse_segmentation.percent_text(share) }}
    end
{%- endmacro %}

{#- A share from 0 to 1 as text in percent: '90', '12.5'. It is a macro, since '%g' is not in every dbt. -#}
{% macro in_percent(share) %}
  {%- set percent = (100 * share) | round(4) -%}
  {{- return((percent | int if percent == percent | int else percent) | string) -}}
{% endmacro %}
