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
    {#- numbers are dates where the mapping says how they count -#}
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
