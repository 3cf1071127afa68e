{#- Fails where the ids of an input are no longer exact: whole numbers in floating point beyond the range in
    which they differ, or texts in scientific notation ('6.9E+12') that a spreadsheet has shortened. One pass
    over the input. -#}
{% macro check_exact_ids(input, types) %}
  {%- set tried = [] -%}
  {%- set expressions = [] -%}
  {%- for name, kind in warehouse_segmentation.input_definitions()[input].columns.items() if kind == 'id' and name in types -%}
    {%- set quoted = warehouse_segmentation.quoted(name) -%}
    {%- set type = types[name] -%}
    {%- set limit = '16777216' if type.startswith(('float', 'real')) else '9007199254740992' -%}
    {%- if type.startswith(('double', 'float', 'real')) -%}
      {%- set is_inexact = 'abs(' ~ quoted ~ ') between ' ~ limit ~ ' and 1e308' -%}
    {%- elif warehouse_segmentation.type_family(type) == 'text' -%}
      {%- set nothing = warehouse_segmentation.read_list(warehouse_segmentation.read_entry(input, name).get('nothing')) | map('lower') | list -%}
      {%- set text = 'lower(trim(' ~ quoted ~ '))' -%}
      {#- few texts have the sign, and only those are checked in detail -#}
      {%- set is_inexact = 'case when ' ~ quoted ~ " like '%+%' then regexp_extract(" ~ text ~ ", '^-?[0-9]([.,][0-9]+)?e[+][0-9]+$', 0) <> '' and not "
            ~ warehouse_segmentation.is_one_of(text, nothing) ~ ' else false end' -%}
    {%- else -%}
      {%- set is_inexact = none -%}
    {%- endif -%}
    {%- if is_inexact -%}
      {%- do tried.append({'name': name, 'type': type, 'limit': limit, 'place': expressions | length}) -%}
      {%- do expressions.append('min(case when ' ~ is_inexact ~ ' then cast(' ~ quoted ~ ' as string) end)') -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if expressions -%}
    {%- set found = run_query('select ' ~ expressions | join(', ') ~ ' from (' ~ warehouse_segmentation.mapped_query(input) ~ ') mapped').rows[0] -%}
    {%- for column in tried if found[column.place] is not none -%}
      {%- set given = warehouse_segmentation.input_expressions(input)[column.name] -%}
      {%- set variable = 'inputs.' ~ input ~ '.columns.' ~ column.name -%}
      {%- if warehouse_segmentation.type_family(column.type) == 'text' -%}
        {%- do warehouse_segmentation.fail(variable, "'" ~ given ~ "' has ids in scientific notation, such as '" ~ found[column.place]
              ~ "', whose last digits are lost; export the column as text, or list these under inputs." ~ input ~ '.read.' ~ column.name ~ '.nothing') -%}
      {%- else -%}
        {%- do warehouse_segmentation.fail(variable, "'" ~ given ~ "' is of type " ~ column.type ~ ', which is exact only for whole numbers below ' ~ column.limit
              ~ ', but has ' ~ found[column.place] ~ '; load the ids as text or as whole numbers') -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}

{#- Ids that look like placeholders and belong to real customers, as the mapping says (`real` of an input's
    `read.customer_id`). -#}
{% macro real_ids(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set read = config.get('read') if config is mapping else none -%}
  {%- set of_id = read.get('customer_id') if read is mapping else none -%}
  {%- set real = of_id.get('real') if of_id is mapping else none -%}
  {{- return(real | map('string') | list if real is sequence and real is not string and real is not mapping else []) -}}
{% endmacro %}
