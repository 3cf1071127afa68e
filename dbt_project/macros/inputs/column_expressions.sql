{#- A mapping's right-hand sides as SQL, name -> expression: one that is just the name of a column of the
    relation is quoted, be it a word of the language or have blanks, anything else stays as it is. The
    relation is asked for its columns only where a right-hand side can be a name as well as SQL. -#}
{% macro column_expressions(expressions, relation) %}
  {%- set own_mark = adapter.quote('')[:1] -%}
  {%- set names = {} -%}
  {%- set unclear = [] -%}
  {%- for key, expression in expressions.items() -%}
    {%- set bare = expression | string | trim -%}
    {%- do names.update({key: warehouse_segmentation.column_name(bare)}) -%}
    {%- if not names[key] and own_mark not in bare and bare.count("'") < 2 or names[key] and bare[:1] in ['"', '`'] and bare[:1] != own_mark -%}
      {%- do unclear.append(key) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set present = {} -%}
  {%- if unclear and execute and not warehouse_segmentation.relation_is_missing(relation) -%}
    {%- for column in warehouse_segmentation.query_columns('select * from ' ~ relation) -%}
      {%- do present.update({column.name | lower: column.name}) -%}
    {%- endfor -%}
  {%- endif -%}
  {%- set selected = {} -%}
  {%- for key, expression in expressions.items() -%}
    {%- set named = (names[key] or expression | string | trim) | lower -%}
    {%- if key in unclear and named in present -%}
      {%- do selected.update({key: warehouse_segmentation.quoted(present[named])}) -%}
    {%- elif names[key] and expression | string | trim | lower in warehouse_segmentation.reserved_words() -%}
      {%- do selected.update({key: warehouse_segmentation.quoted(names[key])}) -%}
    {%- else -%}
      {%- do selected.update({key: expression}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(selected) -}}
{% endmacro %}
