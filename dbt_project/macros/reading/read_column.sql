{#- The value of a mapped column as its entry in `read` says, or as its type says where it has none, by its kind
    (see input_definitions): id, text and category are text, number is DECIMAL(18, 4) or another `number_type`,
    moment is TIMESTAMP in UTC, flag is BOOLEAN, and an attribute, a column of the user's own, is what its entry
    or its type makes of it. What does not read is NULL, and so is what says nothing; a column that is not mapped
    is a typed NULL. The columns of banded_query() have to be there. -#}
{% macro read_column(input, name, kind, types, number_type='decimal(18, 4)') %}
  {%- if name not in types -%}
    {%- set null_types = {'number': number_type, 'moment': 'timestamp', 'flag': 'boolean'} -%}
    {{- return('cast(null as ' ~ null_types.get(kind, 'string') ~ ')') -}}
  {%- endif -%}
  {%- set entry = warehouse_segmentation.read_entry(input, name) -%}
  {%- set quoted = warehouse_segmentation.quoted(name) -%}
  {%- set type = types[name] -%}
  {%- if kind == 'attribute' -%}
    {%- set own_kind = warehouse_segmentation.read_kind(entry) -%}
    {%- if own_kind -%}
      {%- set value = warehouse_segmentation.read_column(input, name, own_kind, types, 'double') -%}
      {{- return(warehouse_segmentation.finite(value) if own_kind == 'number' else value) -}}
    {%- elif entry and warehouse_segmentation.type_family(type) == 'text' and name not in warehouse_segmentation.input_bands(input) -%}
      {{- return(warehouse_segmentation.read_text(quoted, type, entry, name)) -}}
    {%- endif -%}
    {%- set value = warehouse_segmentation.attribute_expression(name, type, name in warehouse_segmentation.input_bands(input)) -%}
  {%- elif kind == 'id' -%}
    {{- return(warehouse_segmentation.read_id(quoted, type, entry)) -}}
  {%- elif kind in ['text', 'category'] -%}
    {{- return(warehouse_segmentation.read_text(quoted, type, entry, name)) -}}
  {%- elif kind == 'flag' -%}
    {%- set value = warehouse_segmentation.read_flag(quoted, type, entry) -%}
  {%- elif kind == 'moment' -%}
    {%- set value = warehouse_segmentation.read_moment(quoted, type, entry) -%}
  {%- elif name in warehouse_segmentation.input_bands(input) and warehouse_segmentation.type_family(type) == 'text' -%}
    {%- set value = 'try_cast(' ~ warehouse_segmentation.band_number(name) ~ ' as ' ~ number_type ~ ')' -%}
  {%- else -%}
    {%- set value = warehouse_segmentation.read_number(quoted, type, entry, number_type) -%}
  {%- endif -%}
  {%- if entry.get('nothing') -%}
    {{- return('case when not ' ~ warehouse_segmentation.says_nothing(quoted, type, entry, kind, name) ~ ' then ' ~ value ~ ' end') -}}
  {%- endif -%}
  {{- return(value) -}}
{% endmacro %}
