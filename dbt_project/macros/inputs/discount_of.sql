{#- The money that the discount of a line took off, never negative, as DECIMAL(18, 4). A share applies to the
    list value; where only the charged amount is known, to the value before the discount. -#}
{% macro discount_of(lines, types) %}
  {%- set discount = lines ~ '.discount' -%}
  {%- if warehouse_segmentation.read_entry('transactions', 'discount_amount').get('of') == 'order' -%}
    {{- return(warehouse_segmentation.part_of_discount(lines, 'quantity' in types and 'unit_price' in types)) -}}
  {%- elif not warehouse_segmentation.has_shares_for_discounts() -%}
    {{- return(discount) -}}
  {%- elif 'quantity' in types and 'unit_price' in types -%}
    {%- set value = 'abs(' ~ lines ~ '.list_value)' -%}
    {{- return(warehouse_segmentation.rounded_product('cast(' ~ value ~ ' as double)', 'cast(' ~ discount ~ ' as double)',
          'cast(' ~ value ~ ' as decimal(28, 10))', discount)) -}}
  {%- endif -%}
  {#- of nothing charged nothing can be told -#}
  {{- return('case when ' ~ discount ~ ' < 1 then ' ~ warehouse_segmentation.money('abs(cast(' ~ lines ~ '.given_amount as double)) * cast(' ~ discount
        ~ ' as double) / (1 - cast(' ~ discount ~ ' as double))') ~ ' else 0 end') -}}
{% endmacro %}
