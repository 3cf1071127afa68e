{#- The product of two numbers as DECIMAL(18, 4), rounded half away from zero, exactly; NULL from `largest_amount`
    on. Each number is given twice, as DOUBLE and as DECIMAL(28, 10). The product of the doubles is within 5e-16 of
    the exact one, so it rounds alike unless that lies next to a half of the last place: then alone the exact
    product is needed, which costs ten times as much. -#}
{% macro rounded_product(one, other, exact_one, exact_other) %}
  {%- set product = '(' ~ one ~ ') * (' ~ other ~ ')' -%}
  {%- set places = 'abs(' ~ product ~ ') * 10000' -%}
        case
            when not abs({{ product }}) < {{ warehouse_segmentation.largest_amount() }} then null
            when abs({{ places }} - floor({{ places }}) - 0.5e0) > 1e-6 + {{ places }} * 1e-15 then cast({{ product }} as decimal(18, 4))
            else {{ warehouse_segmentation.exact_product(exact_one, exact_other) }}
        end
{%- endmacro %}
