{#- A share from 0 to 1 as whole percent, '42 %'; a small one is not nothing. -#}
{% macro share_text(share) -%}
    case
        when {{ share }} > 0 and {{ share }} < 0.005 then 'under 1 %'
        else {{ warehouse_segmentation.percent_text(share) }}
    end
{%- endmacro %}
