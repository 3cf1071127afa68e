{#- An identifier as text (see id_text), NULL where it names nobody, made the same where its entry in `read`
    says what does not matter: `lower` the case, `no_padding` leading zeros, `no_braces` braces around it,
    `no_separators` blanks and hyphens in it. -#}
{% macro read_id(expression, data_type='varchar', entry={}) %}
  {%- set text = warehouse_segmentation.id_text(expression, data_type) -%}
  {%- set value = {'sql': text} -%}
  {%- set same = warehouse_segmentation.read_list(entry.get('same')) -%}
  {%- for key in ['lower', 'no_padding', 'no_braces', 'no_separators'] if key in same -%}
    {%- if key == 'lower' -%}
      {%- do value.update({'sql': 'lower(' ~ value.sql ~ ')'}) -%}
    {%- elif key == 'no_padding' -%}
      {#- an id of zeros alone is 0 -#}
      {%- set zeros = "trim(leading '0' from " ~ value.sql ~ ")" -%}
      {%- do value.update({'sql': 'case when ' ~ zeros ~ " = '' then '0' else " ~ zeros ~ ' end'}) -%}
    {%- else -%}
      {%- set dropped = {'no_braces': '{}', 'no_separators': ' -' ~ '\u00a0'}[key] -%}
      {%- do value.update({'sql': warehouse_segmentation.without(value.sql, dropped)}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if warehouse_segmentation.type_family(data_type) != 'text' and not entry -%}
    {#- no number is a word -#}
    {{- return(value.sql) -}}
  {%- endif -%}
  {%- set nothing = warehouse_segmentation.says_nothing(expression, data_type, entry, 'id') -%}
  {%- set value = "nullif(trim(" ~ value.sql ~ "), '')" if same else value.sql -%}
  {%- set plain = warehouse_segmentation.plain_id(expression, data_type, entry) -%}
  {{- return('case' ~ (' when ' ~ plain ~ ' then ' ~ expression if plain) ~ ' when not ' ~ nothing ~ ' then ' ~ value ~ ' end') -}}
{% endmacro %}
