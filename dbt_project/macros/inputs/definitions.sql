{#- The columns that each input may have: canonical column -> kind of value. -#}
{% macro input_definitions() %}
  {{- return({
    'customers': {
      'columns': {'customer_id': 'id', 'birth_date': 'moment', 'age': 'number', 'gender': 'category', 'annual_income': 'number',
                  'spending_score': 'number', 'signed_up_at': 'moment', 'country': 'category'},
      'required': ['customer_id'],
      'extras_allowed': true},
    'transactions': {
      'columns': {'order_id': 'id', 'line_id': 'id', 'customer_id': 'id', 'product_id': 'id', 'product_name': 'text',
                  'product_category': 'category', 'channel': 'category', 'status': 'category', 'currency': 'category',
                  'quantity': 'number', 'unit_price': 'number', 'discount_amount': 'number', 'amount': 'number', 'is_return': 'flag',
                  'ordered_at': 'moment'},
      'required': ['order_id', 'customer_id', 'ordered_at'],
      'extras_allowed': false},
    'events': {
      'columns': {'customer_id': 'id', 'event_type': 'category', 'occurred_at': 'moment'},
      'required': ['customer_id', 'occurred_at'],
      'extras_allowed': false}
  }) -}}
{% endmacro %}

{#- The user's configuration of one input, or none where it is not mapped. -#}
{% macro input_config(input) %}
  {%- set inputs = var('inputs', {}) or {} -%}
  {%- if inputs is not mapping -%}
    {%- do warehouse_segmentation.fail('inputs', "must be a mapping with 'customers', 'transactions' or 'events'") -%}
    {{- return(none) -}}
  {%- endif -%}
  {{- return(inputs.get(input)) -}}
{% endmacro %}

{#- Names of the inputs that a project maps. -#}
{% macro mapped_inputs() %}
  {%- set inputs = var('inputs', {}) or {} -%}
  {%- set names = [] -%}
  {%- for name in warehouse_segmentation.input_definitions() if inputs is mapping and inputs.get(name) is not none -%}
    {%- do names.append(name) -%}
  {%- endfor -%}
  {{- return(names) -}}
{% endmacro %}

{#- The mapped columns of an input, canonical name -> SQL expression, extras last and in their order. -#}
{% macro input_expressions(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set expressions = {} -%}
  {%- if config is mapping and config.get('columns') is mapping -%}
    {%- for name in warehouse_segmentation.input_definitions()[input].columns -%}
      {%- if config.columns.get(name) is not none -%}{%- do expressions.update({name: config.columns[name] | string}) -%}{%- endif -%}
    {%- endfor -%}
    {%- for name, expression in config.columns.items() -%}
      {%- if name not in expressions and expression is not none -%}{%- do expressions.update({name: expression | string}) -%}{%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(expressions) -}}
{% endmacro %}

{#- A mapping's right-hand sides as SQL, name -> expression. A right-hand side that is just the name of a column of
    the relation is quoted, even if it is a keyword or has blanks; anything else is unchanged. The columns of the
    relation are read only where a right-hand side can be a name as well as SQL. -#}
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

{#- Canonical column -> the raw value as text, to show in rejected_records. -#}
{% macro given_columns(input, types) %}
  {%- set expressions = {} -%}
  {%- for name in warehouse_segmentation.input_definitions()[input].columns -%}
    {%- do expressions.update({name: warehouse_segmentation.raw_text(name, types)}) -%}
  {%- endfor -%}
  {{- return(expressions) -}}
{% endmacro %}

{#- The name of a column where a mapping's right-hand side cannot be anything else: a bare word that is not a literal,
    or a name in the quotation marks of any engine. Otherwise empty. -#}
{% macro column_name(expression) %}
  {%- set bare = expression | string | trim -%}
  {%- set mark = bare[:1] -%}
  {%- if mark in ['"', '`'] and bare | length > 2 and bare[-1:] == mark and mark not in bare[1:-1].replace(mark ~ mark, '') -%}
    {{- return(bare[1:-1].replace(mark ~ mark, mark)) -}}
  {%- elif modules.re.match('^[A-Za-z_][A-Za-z0-9_]*$', bare) and bare | lower not in ['null', 'true', 'false', 'current_date', 'current_time',
        'current_timestamp', 'localtime', 'localtimestamp', 'user', 'current_user', 'session_user', 'current_role', 'current_schema', 'current_catalog'] -%}
    {{- return(bare) -}}
  {%- endif -%}
  {{- return('') -}}
{% endmacro %}

{#- What kind of values a mapped column has: id, moment, number, flag, category or text. An attribute's kind follows
    from its entry in `read` or from its type; a text is a category where a segmentation uses it. -#}
{% macro column_kind(input, name, type) %}
  {%- set canonical = warehouse_segmentation.input_definitions()[input].columns -%}
  {%- if name in canonical -%}{{- return(canonical[name]) -}}{%- endif -%}
  {%- set own_kind = warehouse_segmentation.read_kind(warehouse_segmentation.read_entry(input, name)) -%}
  {%- if own_kind -%}{{- return(own_kind) -}}{%- endif -%}
  {%- if name in warehouse_segmentation.input_bands(input) -%}{{- return('number') -}}{%- endif -%}
  {%- set family = warehouse_segmentation.type_family(type) -%}
  {%- if family in ['number', 'moment'] -%}{{- return(family) -}}{%- endif -%}
  {%- if family == 'boolean' -%}{{- return('flag') -}}{%- endif -%}
  {%- set asked = warehouse_segmentation.sampled_features(warehouse_segmentation.segmentation_specs()) -%}
  {{- return('category' if name in asked else 'text') -}}
{% endmacro %}

{#- Words that an engine does not accept as the bare name of a column, although they can mean nothing else. A test
    tries them. -#}
{% macro reserved_words() %}
  {{- return('all analyse analyze and anti any array as asc asof asymmetric at authorization binary both by case cast check collate
        collation column concurrently constraint create cross default deferrable desc describe distinct do else end except fetch for
        foreign freeze from full glob grant group having ilike in initially inner intersect into is isnull join lambda lateral leading
        left like limit minus natural not notnull offset on only or order outer overlaps pivot pivot_longer pivot_wider placing
        positional primary qualify references returning right select semi setminus show similar some summarize symmetric table
        tablesample then to trailing union unique unpack unpivot using variadic verbose when where window with'.split()) -}}
{% endmacro %}
