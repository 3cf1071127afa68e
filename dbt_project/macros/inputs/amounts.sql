{#- Quantity x unit price of a line as DECIMAL(18, 4) (see rounded_product), from the columns of the input: prices
    have up to ten decimal places, and factors are not rounded before their product. -#}
{% macro line_product(types) %}
  {%- set numbers = [] -%}
  {%- for number_type in ['double', 'decimal(28, 10)'] -%}
    {%- for name in ['quantity', 'unit_price'] -%}
      {%- do numbers.append(warehouse_segmentation.read_column('transactions', name, 'number', types, number_type)) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- warehouse_segmentation.rounded_product(*numbers) -}}
{%- endmacro %}

{#- The product of two DECIMAL(28, 10) below `largest_amount` as DECIMAL(18, 4), rounded once from all twenty decimal
    places. Engines keep 38 digits, and one of them truncates the rest, so whole numbers and fractions are multiplied
    separately. Another engine multiplies operands of up to 18 digits within 18 digits, so one operand of each pair
    has 19. -#}
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

{#- The product of two numbers as DECIMAL(18, 4), rounded half away from zero, exactly; NULL from `largest_amount`
    upwards. Each number is given twice, as DOUBLE and as DECIMAL(28, 10). The product of the doubles is within 5e-16
    of the exact one, so it rounds to the same number unless that is next to a half of the last place. Only then is
    the exact product needed, which costs ten times as much. -#}
{% macro rounded_product(one, other, exact_one, exact_other) %}
  {%- set product = '(' ~ one ~ ') * (' ~ other ~ ')' -%}
  {%- set places = 'abs(' ~ product ~ ') * 10000' -%}
        case
            when not abs({{ product }}) < {{ warehouse_segmentation.largest_amount() }} then null
            when abs({{ places }} - floor({{ places }}) - 0.5e0) > 1e-6 + {{ places }} * 1e-15 then cast({{ product }} as decimal(18, 4))
            else {{ warehouse_segmentation.exact_product(exact_one, exact_other) }}
        end
{%- endmacro %}

{#- Amounts from here on are mistakes, whatever the currency. Sums of squares of smaller amounts stay in range.
    -#}
{% macro largest_amount() %}
  {{- return('1e12') -}}
{% endmacro %}

{#- Whether the amount of an order line is missing. An amount that is there and cannot be read is not missing.
    -#}
{% macro has_no_amount(types) %}
  {%- if 'amount' in types -%}
    {{- return(warehouse_segmentation.given_is_nothing('amount', 'number', types)) -}}
  {%- elif 'quantity' in types and 'unit_price' in types -%}
    {{- return('(' ~ warehouse_segmentation.given_is_nothing('quantity', 'number', types) ~ ') or (' ~ warehouse_segmentation.given_is_nothing('unit_price', 'number', types) ~ ')') -}}
  {%- endif -%}
  {{- return('true') -}}
{% endmacro %}

{#- A line's part of the total of its order, which is repeated on each line of the order. All parts are equal,
    and the first line takes what is left over, so that the parts add up to the total. -#}
{% macro part_of_total(lines) %}
  {%- set total = lines ~ '.given_amount' -%}
  {%- set same_total = 'partition by ' ~ lines ~ '.order_id, ' ~ lines ~ '.customer_id, ' ~ total -%}
  {%- set count = 'count(*) over (' ~ same_total ~ ')' -%}
  {%- set part = 'cast(floor(cast(abs(' ~ total ~ ') as double) * 10000 / ' ~ count ~ ') / 10000 as decimal(18, 4))' -%}
        cast(
            case when {{ total }} < 0 then -1 else 1 end
            * ({{ part }} + case
                when row_number() over ({{ same_total }} order by {{ warehouse_segmentation.order_of_lines(lines) }}) = 1 then abs({{ total }}) - {{ part }} * {{ count }}
                else 0
            end)
            as decimal(18, 4)
        )
{%- endmacro %}

{#- The sort order of the lines of an order: all fields that are read, so that the first line is the same every
    time. Lines that are equal in every field are interchangeable. -#}
{% macro order_of_lines(lines) %}
  {%- set columns = [] -%}
  {%- for name in ['line_id', 'product_id', 'product_name', 'product_category', 'ordered_at', 'quantity', 'unit_price', 'discount', 'given_amount', 'line_status', 'channel', 'is_return'] -%}
    {%- do columns.append(lines ~ '.' ~ name ~ ' nulls last') -%}
  {%- endfor -%}
  {{- return(columns | join(', ')) -}}
{% endmacro %}

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
  {#- where nothing was charged the discount is unknown -#}
  {{- return('case when ' ~ discount ~ ' < 1 then ' ~ warehouse_segmentation.money('abs(cast(' ~ lines ~ '.given_amount as double)) * cast(' ~ discount
        ~ ' as double) / (1 - cast(' ~ discount ~ ' as double))') ~ ' else 0 end') -}}
{% endmacro %}

{#- A line's part of the discount of its order, which is on one line of the order or on each. Parts are
    proportional to the list value and add up to the discount. Different discounts within one order belong to
    their own lines. -#}
{% macro part_of_discount(lines, is_priced) %}
  {%- set order = 'partition by ' ~ lines ~ '.order_id, ' ~ lines ~ '.customer_id' -%}
  {%- set weight = 'coalesce(abs(' ~ lines ~ '.list_value), 0)' if is_priced else '1' -%}
  {%- set discount = 'max(' ~ lines ~ '.discount) over (' ~ order ~ ')' -%}
  {%- set whole = 'sum(' ~ weight ~ ') over (' ~ order ~ ')' -%}
  {%- set until = 'sum(' ~ weight ~ ') over (' ~ order ~ ' order by ' ~ warehouse_segmentation.order_of_lines(lines) ~ ' rows between unbounded preceding and current row)' -%}
  {%- set parts = [] -%}  {#- the discount up to this line and up to the line before -#}
  {%- for reached in [until, '(' ~ until ~ ' - ' ~ weight ~ ')'] -%}
    {%- do parts.append('case when ' ~ reached ~ ' = ' ~ whole ~ ' then ' ~ discount ~ ' else cast(floor(cast(' ~ discount ~ ' as double) * cast('
          ~ reached ~ ' as double) / cast(' ~ whole ~ ' as double) * 10000) / 10000 as decimal(18, 4)) end') -%}
  {%- endfor -%}
        cast(
            case
                when min(nullif({{ lines }}.discount, 0)) over ({{ order }}) = {{ discount }} and {{ whole }} > 0 then {{ parts[0] }} - {{ parts[1] }}
                else {{ lines }}.discount
            end
            as decimal(18, 4)
        )
{%- endmacro %}

{#- Whether the discounts of order lines are shares of the value rather than amounts of money. -#}
{% macro has_shares_for_discounts() %}
  {{- return(warehouse_segmentation.read_entry('transactions', 'discount_amount').get('unit') in ['percent', 'share']) -}}
{% endmacro %}
