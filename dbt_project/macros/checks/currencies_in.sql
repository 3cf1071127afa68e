{#- The codes of the currencies that stand in texts of money, a query with a column `text`: what is left of each
    without its number. A text that begins and ends with a digit has none. -#}
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
