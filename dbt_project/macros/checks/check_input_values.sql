{#- The part of check_input that looks at values: texts that never read as the number or date they
    are mapped to (judged on the first 1,000 that are filled), and more than one currency. -#}
{% macro check_input_values(input, types) %}
  {%- set variable = 'inputs.' ~ input -%}
  {%- set kinds = warehouse_segmentation.input_definitions()[input].columns -%}
  {%- set bands = warehouse_segmentation.input_bands(input) -%}
  {%- for name in bands if warehouse_segmentation.type_family(types.get(name, 'varchar')) not in ['text', 'number'] -%}
    {%- do warehouse_segmentation.fail(variable ~ '.bands', "'" ~ name ~ "' must be a text such as '25-34', but is of type " ~ types[name]) -%}
  {%- endfor -%}
  {%- for name, type in types.items() if (name in bands or kinds.get(name) in ['number', 'moment']) and warehouse_segmentation.type_family(type) == 'text' -%}
    {%- set quoted = warehouse_segmentation.quoted(name) -%}
    {%- set kind = 'number' if name in bands else kinds[name] -%}
    {%- set counts = run_query(
          'select count(*), count(' ~ warehouse_segmentation.read_column(input, name, kind, types) ~ '), min(' ~ quoted
          ~ ') from (select * from (' ~ warehouse_segmentation.banded_query(input) ~ ') mapped where trim(' ~ quoted ~ ") <> '' limit 1000) filled").rows[0] -%}
    {%- if counts[0] > 0 and counts[1] == 0 -%}
      {%- set what = "a band such as '25-34', 'Under 15K' or '65+'" if name in bands
            else {'number': 'a number', 'moment': 'a date or timestamp (YYYY-MM-DD, with or without a time)'}[kind] -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, "must be " ~ what ~ ", but no value of '"
            ~ warehouse_segmentation.input_expressions(input)[name] ~ "' reads as one, such as '" ~ counts[2] ~ "'; map an expression that converts it") -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if 'currency' in types -%}
    {%- set currency = warehouse_segmentation.conformed_code(warehouse_segmentation.quoted('currency')) -%}
    {%- set found = run_query('select count(distinct ' ~ currency ~ '), min(' ~ currency ~ '), max(' ~ currency ~ ') from ('
          ~ warehouse_segmentation.mapped_query(input) ~ ') mapped').rows[0] -%}
    {%- if found[0] > 1 -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns.currency', 'has ' ~ found[0] ~ " currencies ('" ~ found[1] ~ "' to '" ~ found[2]
            ~ "'); convert the amounts to one currency in the mapping, and map currency to it") -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}
