{#- Fails with one sentence when the mapping of an input cannot be used. The sentence begins with the variable to
    fix. -#}
{% macro check_input(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- if execute and config is not none -%}
    {%- set variable = 'inputs.' ~ input -%}
    {%- set definition = warehouse_segmentation.input_definitions()[input] -%}
    {%- set relation = warehouse_segmentation.relation_of(config, variable) -%}
    {%- for key in config if key not in ['ref', 'source', 'relation', 'columns', 'where', 'read', 'recoded_from']
          + (['bands'] if input == 'customers' else ['is_rolling']) -%}
      {%- do warehouse_segmentation.fail(variable ~ '.' ~ key, 'is not known here; use ref, source or relation, columns, read and where') -%}
    {%- endfor -%}
    {%- if config.get('columns') is not mapping -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns', 'must map columns, for example {customer_id: id}') -%}
    {%- endif -%}
    {%- if config.get('where') is not none and config.get('where') is not string -%}
      {%- do warehouse_segmentation.fail(variable ~ '.where', "must be a SQL condition such as 'not is_test', not " ~ config.where) -%}
    {%- endif -%}
    {%- if config.get('is_rolling') is not none and config.is_rolling is not boolean -%}
      {%- do warehouse_segmentation.fail(variable ~ '.is_rolling', 'must be true or false, not ' ~ config.is_rolling) -%}
    {%- endif -%}
    {%- for name in definition.required if config.columns.get(name) is none -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, 'is required: map it to a column or SQL expression of ' ~ relation) -%}
    {%- endfor -%}
    {%- if input == 'transactions' and config.columns.get('amount') is none
          and (config.columns.get('quantity') is none or config.columns.get('unit_price') is none) -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns', 'needs amount, or both quantity and unit_price') -%}
    {%- endif -%}
    {%- for name in config.columns if name not in definition.columns -%}
      {%- if not definition.extras_allowed -%}
        {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, 'is not a column of ' ~ input ~ '; its columns are ' ~ definition.columns.keys() | join(', ')) -%}
      {%- else -%}
        {%- do warehouse_segmentation.check_attribute_name(name, variable ~ '.columns.' ~ name) -%}
      {%- endif -%}
    {%- endfor -%}
    {%- if config.get('bands') is not none and warehouse_segmentation.input_bands(input) | length == 0 -%}
      {%- do warehouse_segmentation.fail(variable ~ '.bands', 'must be a list of mapped columns such as [age, annual_income], not ' ~ config.bands) -%}
    {%- endif -%}
    {%- for name in warehouse_segmentation.input_bands(input) -%}
      {%- if name not in warehouse_segmentation.input_expressions(input) -%}
        {%- do warehouse_segmentation.fail(variable ~ '.bands', "'" ~ name ~ "' is not among the columns that are mapped; they are "
              ~ warehouse_segmentation.input_expressions(input).keys() | join(', ')) -%}
      {%- elif definition.columns.get(name, 'number') != 'number' -%}
        {%- do warehouse_segmentation.fail(variable ~ '.bands', "'" ~ name ~ "' is not a number; bands can be age, annual_income, spending_score and attributes of your own") -%}
      {%- endif -%}
    {%- endfor -%}
    {%- do warehouse_segmentation.check_read(input) -%}
    {%- do warehouse_segmentation.check_recoded_copy(config, variable) -%}
    {%- do warehouse_segmentation.check_input_columns(input, relation) -%}
  {%- endif -%}
{% endmacro %}

{#- Fails with one sentence when a mapping names a column that does not exist. Expressions are left to the
    engine. -#}
{% macro check_columns_exist(expressions, relation, variable) %}
  {%- set present = warehouse_segmentation.query_columns('select * from ' ~ relation) | map(attribute='name') | list -%}
  {%- set lowered = present | map('lower') | list -%}
  {%- for name, expression in expressions.items() -%}
    {%- set named = warehouse_segmentation.column_name(expression) -%}
    {%- if named and named | lower not in lowered and expression | string | trim | lower not in lowered -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, relation ~ " has no column '" ~ named ~ "'; it has " ~ present | join(', ')) -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}

{#- The part of check_input that looks at the warehouse: whether the relation exists and has the columns, whether
    their types can be used, and whether there is only one currency. -#}
{% macro check_input_columns(input, relation) %}
  {%- set variable = 'inputs.' ~ input -%}
  {%- set expressions = warehouse_segmentation.input_expressions(input) -%}
  {%- set definition = warehouse_segmentation.input_definitions()[input] -%}
  {%- if not warehouse_segmentation.relation_exists(relation, warehouse_segmentation.input_config(input), variable) -%}
    {{- return('') -}}
  {%- endif -%}
  {%- do warehouse_segmentation.check_columns_exist(expressions, relation, variable) -%}
  {%- set types = warehouse_segmentation.input_types(input) -%}
  {%- for name, type in types.items() if name in definition.columns -%}
    {%- set family = warehouse_segmentation.type_family(type) -%}
    {%- set wanted = {'id': ['text', 'number', 'moment', 'other'], 'text': ['text', 'number', 'boolean', 'moment', 'other'],
                      'category': ['text', 'number', 'boolean'], 'number': ['number', 'text', 'boolean'],
                      'moment': ['moment', 'text'], 'flag': ['boolean', 'text', 'number']}[definition.columns[name]] -%}
    {#- numbers are dates where the mapping says what they count -#}
    {%- set is_counted = family == 'number' and warehouse_segmentation.read_entry(input, name).get('format') is not none -%}
    {%- if family not in wanted and not is_counted -%}
      {%- set what = {'number': 'a number', 'moment': 'a date or timestamp', 'category': 'a text', 'id': 'an identifier', 'text': 'a text', 'flag': 'true or false'}[definition.columns[name]] -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, "must be " ~ what ~ ", but '" ~ expressions[name] ~ "' is of type " ~ type) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do warehouse_segmentation.check_input_values(input, types) -%}
  {%- do warehouse_segmentation.check_exact_ids(input, types) -%}
  {%- do warehouse_segmentation.check_currencies(input, types) -%}
{% endmacro %}

{#- The part of check_input that looks at values: columns of which no text can be read as the number or date it is
    mapped to (judged by the first 1,000 filled values). -#}
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
              ~ "' can be read this way, such as '" ~ counts[2] ~ "'; correct how it is read") -%}
      {%- endif -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, "must be " ~ what ~ ", but no value of '"
            ~ warehouse_segmentation.input_expressions(input)[name] ~ "' can be read as one, such as '" ~ counts[2] ~ "'; map an expression that converts it, or say in `read` how it is read") -%}
    {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}
