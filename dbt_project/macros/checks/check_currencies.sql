{#- Fails where an input is in more than one currency: in its column of currencies, whatever their spelling, or by
    the signs in texts of money, together with the currency that `read` names. -#}
{% macro check_currencies(input, types) %}
  {%- set remedy = '; convert the amounts to one currency in the mapping' -%}
  {%- if input == 'transactions' and 'currency' in types -%}
    {#- each spelling is looked at once, not each row -#}
    {%- set found = run_query('select count(distinct code), min(code), max(code) from (select '
          ~ warehouse_segmentation.currency_code('given') ~ ' as code from (select ' ~ adapter.quote('currency') ~ ' as given from ('
          ~ warehouse_segmentation.mapped_query(input) ~ ') mapped group by ' ~ adapter.quote('currency') ~ ') spelled) coded').rows[0] -%}
    {%- if found[0] > 1 -%}
      {%- do warehouse_segmentation.fail('inputs.' ~ input ~ '.columns.currency', 'has ' ~ found[0] ~ " currencies ('" ~ found[1] ~ "' to '" ~ found[2]
            ~ "')" ~ remedy ~ ', and map currency to it') -%}
    {%- endif -%}
  {%- endif -%}
  {%- for name in ['amount', 'unit_price', 'discount_amount', 'annual_income'] if name in types -%}
    {%- set query = warehouse_segmentation.money_texts(input, name, types) -%}
    {%- if query -%}
      {%- set named = warehouse_segmentation.read_entry(input, name).get('currency') | default('', true) | string | upper -%}
      {%- set spellings = warehouse_segmentation.currency_spellings() -%}
      {%- set codes = [] -%}
      {%- for row in run_query(warehouse_segmentation.currencies_in(query)).rows -%}
        {#- a sign that several currencies share is that of the one that is named -#}
        {%- if row[0] != named and not spellings[row[0]] | select('in', spellings.get(named, [])) | list -%}{%- do codes.append(row[0]) -%}{%- endif -%}
      {%- endfor -%}
      {%- if named and codes -%}{%- do codes.insert(0, named) -%}{%- endif -%}
      {%- if codes | length > 1 -%}
        {%- do warehouse_segmentation.fail('inputs.' ~ input ~ '.columns.' ~ name, 'has ' ~ codes | length ~ " currencies ('" ~ codes | join("', '") ~ "')" ~ remedy) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}
