{#- The part of check_input that looks at the warehouse: does the relation exist, has it the columns,
    are their types of use, is there one currency. -#}
{% macro check_input_columns(input, relation) %}
  {%- set variable = 'inputs.' ~ input -%}
  {%- set expressions = warehouse_segmentation.input_expressions(input) -%}
  {%- set definition = warehouse_segmentation.input_definitions()[input] -%}
  {%- if warehouse_segmentation.relation_is_missing(relation) -%}
    {#- Compiling and documenting need no data, and a model of the host that is yet to be built is no
        mistake when nothing is being run. -#}
    {%- if flags.WHICH in ['run', 'build', 'test']
          or (flags.WHICH not in ['compile', 'generate'] and 'ref' not in warehouse_segmentation.input_config(input)) -%}
      {%- do warehouse_segmentation.fail(variable, 'the relation ' ~ relation ~ ' does not exist; load it or correct the variable') -%}
    {%- endif -%}
    {{- return('') -}}
  {%- endif -%}
  {%- set present = warehouse_segmentation.query_columns('select * from ' ~ relation) | map(attribute='name') | list -%}
  {%- set lowered = present | map('lower') | list -%}
  {%- for name, expression in expressions.items() -%}
    {%- set bare = expression | trim -%}
    {%- if bare[:1] in ['"', '`'] and bare[1:-1] | length and bare[-1:] == bare[:1] and bare[:1] not in bare[1:-1] -%}
      {%- set bare = bare[1:-1] -%}
      {%- set plain = true -%}
    {%- else -%}
      {%- set plain = modules.re.match('^[A-Za-z_][A-Za-z0-9_]*$', bare) and bare | lower not in ['null', 'true', 'false', 'current_date', 'current_timestamp'] -%}
    {%- endif -%}
    {%- if plain and bare | lower not in lowered -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, relation ~ " has no column '" ~ bare ~ "'; it has " ~ present | join(', ')) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- set types = warehouse_segmentation.input_types(input) -%}
  {%- for name, type in types.items() if name in definition.columns -%}
    {%- set family = warehouse_segmentation.type_family(type) -%}
    {%- set wanted = {'id': ['text', 'number', 'moment', 'other'], 'text': ['text', 'number', 'boolean', 'moment', 'other'],
                      'category': ['text', 'number', 'boolean'], 'number': ['number', 'text', 'boolean'],
                      'moment': ['moment', 'text']}[definition.columns[name]] -%}
    {%- if family not in wanted -%}
      {%- set what = {'number': 'a number', 'moment': 'a date or timestamp', 'category': 'a text', 'id': 'an identifier', 'text': 'a text'}[definition.columns[name]] -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, "must be " ~ what ~ ", but '" ~ expressions[name] ~ "' is of type " ~ type) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- do warehouse_segmentation.check_input_values(input, types) -%}
{% endmacro %}
