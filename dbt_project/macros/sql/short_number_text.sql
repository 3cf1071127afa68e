{#- A number for people to read with as many decimals as its size deserves: '1,234', '44.4', '0.25', '8'. -#}
{% macro short_number_text(expression) -%}
    case
        when abs({{ expression }}) >= 99.95 then {{ warehouse_segmentation.number_text(expression, 0) }}
        when abs({{ expression }}) >= 0.995 then regexp_replace({{ warehouse_segmentation.number_text(expression, 1) }}, '[.]0$', '')
        when abs({{ expression }}) >= 0.005 then {{ warehouse_segmentation.number_text(expression, 2) }}
        when {{ expression }} is not null then '0'
    end
{%- endmacro %}
