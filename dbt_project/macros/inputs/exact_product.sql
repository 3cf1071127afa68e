{#- The product of two DECIMAL(28, 10) below `largest_amount` as DECIMAL(18, 4), rounded once from all twenty
    decimal places. Engines keep 38 digits, and one of them cuts further places, so whole numbers and fractions
    are multiplied separately. Another engine multiplies operands of up to 18 digits in 18 digits, so each pair
    has one operand of 19. -#}
{% macro exact_product(one, other) %}
  {%- set wholes = [] -%}
  {%- set rests = [] -%}
  {%- for number in [one, other] -%}
    {%- set whole = 'cast(floor(abs(' ~ number ~ ')) as decimal(19, 0))' -%}
    {%- do wholes.append(whole) -%}
    {%- do rests.append('cast(abs(' ~ number ~ ') - ' ~ whole ~ ' as decimal(10, 10))') -%}
  {%- endfor -%}
  {%- set crossed = 'try_cast(' ~ wholes[0] ~ ' * ' ~ rests[1] ~ ' as decimal(24, 10)) + try_cast(' ~ rests[0] ~ ' * ' ~ wholes[1] ~ ' as decimal(24, 10))' -%}
  {%- set product = 'try_cast(cast(try_cast(' ~ wholes | join(' * ') ~ ' as decimal(14, 0)) + ' ~ crossed ~ ' as decimal(25, 10)) + cast(' ~ rests[0] ~ ' as decimal(19, 10)) * '
        ~ rests[1] ~ ' as decimal(18, 4))' -%}
  {{- return('case when (' ~ one ~ ' < 0) = (' ~ other ~ ' < 0) then ' ~ product ~ ' else -' ~ product ~ ' end') -}}
{% endmacro %}
