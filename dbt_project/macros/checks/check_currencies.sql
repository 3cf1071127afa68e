{#- Fails where an input has more than one currency: in its currency column, whatever the spelling, or by the signs in
    texts of money, together with the currency that `read` names. -#}
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
        {#- a sign that several currencies share means the one that is named -#}
        {%- if row[0] != named and not spellings[row[0]] | select('in', spellings.get(named, [])) | list -%}{%- do codes.append(row[0]) -%}{%- endif -%}
      {%- endfor -%}
      {%- if named and codes -%}{%- do codes.insert(0, named) -%}{%- endif -%}
      {%- if codes | length > 1 -%}
        {%- do warehouse_segmentation.fail('inputs.' ~ input ~ '.columns.' ~ name, 'has ' ~ codes | length ~ " currencies ('" ~ codes | join("', '") ~ "')" ~ remedy) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}

{#- The codes of the currencies in texts of money (a query with a column `text`): what is left of each text without
    its number. A text that begins and ends with a digit has none. -#}
{% macro currencies_in(texts) %}
  {%- set number = warehouse_segmentation.text_literal("0123456789.,'+-()% " ~ '−’\u00a0\u202f\u2009') -%}
  {%- set codes = [] -%}
  {%- for code in warehouse_segmentation.currency_spellings() -%}{%- do codes.append("'" ~ code ~ "'") -%}{%- endfor -%}
  select distinct code
  from (
      select {{ warehouse_segmentation.currency_code('translate(text, ' ~ number ~ ", '')") }} as code
      from ({{ texts }}) as given
      where substr(trim(text), 1, 1) not between '0' and '9'
          or substr(trim(text), length(trim(text)), 1) not between '0' and '9'
  ) as coded
  where code in ({{ codes | join(', ') }})
  order by code
{% endmacro %}

{#- A query of the texts behind an input's money column, as `text`: the column itself, or the text columns in an
    expression that removes currency signs. None where there are no texts. -#}
{% macro money_texts(input, name, types) %}
  {%- if warehouse_segmentation.type_family(types[name]) == 'text' -%}
    {{- return('select ' ~ warehouse_segmentation.quoted(name) ~ ' as text from (' ~ warehouse_segmentation.mapped_query(input) ~ ') as mapped') -}}
  {%- endif -%}
  {%- set expression = warehouse_segmentation.input_expressions(input)[name] -%}
  {%- if not modules.re.search('[$€£]', expression) -%}{{- return(none) -}}{%- endif -%}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set relation = warehouse_segmentation.relation_of(config, 'inputs.' ~ input) -%}
  {%- set words = modules.re.findall('[A-Za-z_][A-Za-z0-9_]*', expression) | map('lower') | list
        + modules.re.findall('["`]([^"`]+)["`]', expression) | map('lower') | list -%}
  {%- set selected = [] -%}
  {%- for column in warehouse_segmentation.query_columns('select * from ' ~ relation) -%}
    {%- if column.name | lower in words and warehouse_segmentation.type_family(column.type) == 'text' -%}
      {%- do selected.append('select ' ~ warehouse_segmentation.quoted(column.name) ~ ' as text from ' ~ relation ~ (' where ' ~ config.where if config.get('where') else '')) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(selected | join(' union all ') or none) -}}
{% endmacro %}
