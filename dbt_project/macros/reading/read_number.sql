{#- A number as `number_type`. Of a text whose form `read` settles: the form is matched first, as a whole,
    and then what is no digit of it is dropped, so that no other form can be taken for it. Then the unit. -#}
{% macro read_number(expression, data_type='varchar', entry={}, number_type='decimal(18, 4)') %}
  {%- set factor = {'thousand': '1000', 'percent': '0.01', 'cents': '0.01', 'micros': '0.000001'}.get(entry.get('unit')) -%}
  {%- set exact_type = 'decimal(28, 10)' if factor and number_type != 'double' else number_type -%}
  {%- set settled = (['decimal', 'thousand', 'currency'] | select('in', entry) | list) and warehouse_segmentation.type_family(data_type) == 'text' -%}
  {%- if settled -%}
    {%- set text = 'cast(' ~ expression ~ ' as string)' -%}
    {%- set dropped = (warehouse_segmentation.thousand_signs(entry.get('thousand')) or '[]')[1:-1] -%}
    {%- set digits = 'regexp_extract(' ~ text ~ ', ' ~ warehouse_segmentation.text_literal(warehouse_segmentation.number_pattern(entry)) ~ ', 1)' -%}
    {%- set digits = warehouse_segmentation.without(digits, dropped) -%}
    {%- if entry.get('decimal') == ',' -%}{%- set digits = 'replace(' ~ digits ~ ", ',', '.')" -%}{%- endif -%}
    {#- a parenthesis alone makes the text NULL, a minus that is not the exponent's makes it negative -#}
    {%- set sign -%}
      case
        when {{ text }} like '%(%)%' then '-'
        when {{ text }} like '%(%' or {{ text }} like '%)%' then null
        when {{ text }} like '%−%' or replace(lower({{ text }}), 'e-', '') like '%-%' then '-'
        else ''
      end
    {%- endset -%}
    {%- set number = '(' ~ sign ~ ') || ' ~ digits -%}
  {%- elif warehouse_segmentation.type_family(data_type) == 'text' -%}
    {%- set number = expression -%}
  {%- else -%}
    {%- set number = warehouse_segmentation.exact_number(expression, data_type, exact_type) -%}
  {%- endif -%}
  {%- set value = 'try_cast(' ~ number ~ ' as ' ~ exact_type ~ ')' -%}
  {%- if factor -%}
    {{- return('try_cast(' ~ value ~ ' * ' ~ factor ~ ' as ' ~ number_type ~ ')') -}}
  {%- endif -%}
  {{- return(value) -}}
{% endmacro %}
