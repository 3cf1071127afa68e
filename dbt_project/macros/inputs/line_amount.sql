{#- Quantity x unit price less the discount, whose sign follows the line's, as DECIMAL(18, 4); NULL where
    it lies beyond the range of money, since that must not stop the run. All three are DECIMAL(18, 4).
    An exact product has eight decimal places, and rounding it costs an engine ten times what all else
    does. Of whole units it has four, and then floating point gives it exactly: below 1e10 its error is
    under 1e-5, a fifth of half the last place. -#}
{% macro line_amount(quantity, unit_price, discount=none) %}
  {%- set product = 'cast(' ~ quantity ~ ' as double) * cast(' ~ unit_price ~ ' as double)' -%}
  {%- set exact_product = 'cast(' ~ quantity ~ ' as decimal(19, 4)) * ' ~ unit_price -%}
  {%- set less_discount = (' - case when ' ~ quantity ~ ' * sign(' ~ unit_price ~ ') < 0 then -1 else 1 end * coalesce(' ~ discount ~ ', 0)') if discount else '' %}
        case
            when {{ quantity }} = floor({{ quantity }}) and abs({{ product }}) < 1e10 then
                {{ warehouse_segmentation.money('cast(' ~ product ~ ' as decimal(18, 4))' ~ less_discount) }}
            else {{ warehouse_segmentation.money(exact_product ~ less_discount) }}
        end
{%- endmacro %}
