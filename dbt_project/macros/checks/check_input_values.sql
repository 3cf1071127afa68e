{#- The part of check_input that looks at values: texts that never read as the number or date they
    are mapped to (judged on the first 1,000 that are filled). -#}
{% macro check_input_values(input, types) %}
  {%- set variable = 'inputs.' ~ input -%}
  {%- set kinds = warehouse_segmentation.input_definitions()[input].columns -%}
  {%- set bands = warehouse_segmentation.input_bands(input) -%}
  {%- for name in bands if warehouse_segmentation.type_family(types.get(name, 'varchar')) not in ['text', 'number'] -%}
    {%- do warehouse_segmentation.fail(variable ~ '.bands', "'" ~ name ~ "' must be a text such as '25-34', but is of type " ~ types[name]) -%}
  {%- endfor -%}
  {%- set rows = warehouse_segmentation.banded_query(input) -%}
  {%- for name, type in types.items() -%}
    {%- set quoted = warehouse_segmentation.quoted(name) -%}
    {%- set entry = warehouse_segmentation.read_entry(input, name) -%}
    {%- set kind = kinds.get(name) or ('number' if name in bands else warehouse_segmentation.read_kind(entry)) -%}
    {%- if kind in ['number', 'moment', 'flag'] and (warehouse_segmentation.type_family(type) == 'text' or entry.get('format') is not none) -%}
    {%- set counts = run_query(
          'select count(*), count(' ~ warehouse_segmentation.read_column(input, name, kind if name in kinds else 'attribute', types) ~ '), min(' ~ quoted
          ~ ') from (select * from (' ~ rows ~ ') mapped where not ' ~ warehouse_segmentation.raw_is_nothing(input, name, kind, types) ~ ' limit 1000) filled').rows[0] -%}
    {%- if counts[0] > 0 and counts[1] == 0 -%}
      {%- set what = "a band such as '25-34', 'Under 15K' or '65+'" if name in bands
            else {'number': 'a number', 'moment': 'a date or timestamp (YYYY-MM-DD, with or without a time)', 'flag': 'true or false'}[kind] -%}
      {%- if entry -%}
        {%- do warehouse_segmentation.fail(variable ~ '.read.' ~ name, "no value of '" ~ warehouse_segmentation.input_expressions(input)[name]
              ~ "' is read by it, such as '" ~ counts[2] ~ "'; correct how it is read") -%}
      {%- endif -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, "must be " ~ what ~ ", but no value of '"
            ~ warehouse_segmentation.input_expressions(input)[name] ~ "' reads as one, such as '" ~ counts[2] ~ "'; map an expression that converts it, or say in `read` how it is read") -%}
    {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}
