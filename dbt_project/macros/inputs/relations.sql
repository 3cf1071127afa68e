{#- The relation that a configuration names with exactly one of ref, source or relation. `ref` and `source` are
    resolved by dbt, so lineage and run order are right; `relation` is SQL that is used unchanged. -#}
{% macro relation_of(config, variable) %}
  {%- if config is not mapping -%}
    {%- do warehouse_segmentation.fail(variable, "must be a mapping with one of 'ref', 'source' or 'relation'") -%}
    {{- return('') -}}
  {%- endif -%}
  {%- set given = [] -%}
  {%- for key in ['ref', 'source', 'relation'] if config.get(key) is not none -%}{%- do given.append(key) -%}{%- endfor -%}
  {%- if given | length != 1 -%}
    {%- do warehouse_segmentation.fail(variable, "needs exactly one of 'ref', 'source' or 'relation', found " ~ (given | join(' and ') or 'none')) -%}
    {{- return('') -}}
  {%- endif -%}
  {%- set name = config[given[0]] -%}
  {%- if given[0] == 'ref' -%}
    {%- if name is not string and (name is not sequence or name is mapping or name | length != 2) -%}
      {%- do warehouse_segmentation.fail(variable ~ '.ref', 'must be the name of a model, or [package, model]') -%}
      {{- return('') -}}
    {%- endif -%}
    {{- return(ref(name) if name is string else ref(*name)) -}}
  {%- elif given[0] == 'source' -%}
    {%- if name is string or name is not sequence or name is mapping or name | length != 2 -%}
      {%- do warehouse_segmentation.fail(variable ~ '.source', 'must be [source name, table name]') -%}
      {{- return('') -}}
    {%- endif -%}
    {{- return(source(name[0], name[1])) -}}
  {%- elif name is not string -%}
    {%- do warehouse_segmentation.fail(variable ~ '.relation', 'must be the name of a table as in SQL, not ' ~ name) -%}
    {{- return('') -}}
  {%- endif -%}
  {{- return(name) -}}
{% endmacro %}

{#- True when a relation is known not to exist. A relation written as SQL (a file, a subquery, a name
    in another form) is left to the engine. -#}
{% macro relation_is_missing(relation) %}
  {%- if relation is string -%}
    {%- set parts = relation.split('.') -%}
    {%- for part in parts -%}
      {%- if not modules.re.match('^[A-Za-z_][A-Za-z0-9_]*$', part) -%}{{- return(false) -}}{%- endif -%}
    {%- endfor -%}
    {%- if parts | length == 1 -%}{{- return(false) -}}{%- endif -%}
    {%- set database = parts[-3] if parts | length > 2 else target.database -%}
    {{- return(adapter.get_relation(database=database, schema=parts[-2], identifier=parts[-1]) is none) -}}
  {%- endif -%}
  {{- return(load_relation(relation) is none) -}}
{% endmacro %}

{#- Names of all columns of an input's relation, mapped or not; none while nothing is executed. -#}
{% macro relation_columns(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {#- resolved while parsing too, so that dbt records the dependency -#}
  {%- set relation = warehouse_segmentation.relation_of(config, 'inputs.' ~ input) -%}
  {%- if not execute or warehouse_segmentation.relation_is_missing(relation) -%}
    {{- return([]) -}}
  {%- endif -%}
  {{- return(warehouse_segmentation.query_columns('select * from ' ~ relation) | map(attribute='name') | list) -}}
{% endmacro %}

{#- Whether the relation of a variable exists. Where it is needed and missing, one sentence says so. Compiling and
    documenting need no data, so a model of the host that is not built yet is not an error while nothing runs. -#}
{% macro relation_exists(relation, config, variable) %}
  {%- if not warehouse_segmentation.relation_is_missing(relation) -%}
    {{- return(true) -}}
  {%- endif -%}
  {%- if flags.WHICH in ['run', 'build', 'test'] or (flags.WHICH not in ['compile', 'generate'] and 'ref' not in config) -%}
    {%- do warehouse_segmentation.fail(variable, 'the relation ' ~ relation ~ ' does not exist; load it or correct the variable') -%}
  {%- endif -%}
  {{- return(false) -}}
{% endmacro %}

{#- The columns a query would return, as a list of {name, type}, types in lower case. Nothing is read. -#}
{% macro query_columns(query) %}
  {{- return(adapter.dispatch('segmentation_query_columns', 'warehouse_segmentation')(query)) -}}
{% endmacro %}

{% macro default__segmentation_query_columns(query) %}
  {%- set columns = [] -%}
  {%- for row in run_query('describe ' ~ query).rows -%}
    {%- do columns.append({'name': row[0], 'type': row[1] | lower}) -%}
  {%- endfor -%}
  {{- return(columns) -}}
{% endmacro %}

{% macro spark__segmentation_query_columns(query) %}
  {%- set columns = [] -%}
  {%- for row in run_query('describe query ' ~ query).rows -%}
    {%- do columns.append({'name': row[0], 'type': row[1] | lower}) -%}
  {%- endfor -%}
  {{- return(columns) -}}
{% endmacro %}

{#- Mapped column -> its type in the warehouse, lower case; empty while nothing is executed or the
    relation is yet to be built. -#}
{% macro input_types(input) %}
  {%- set types = {} -%}
  {%- if warehouse_segmentation.input_config(input) is mapping -%}
    {#- resolved while parsing too, so that dbt records the dependency -#}
    {%- set relation = warehouse_segmentation.relation_of(warehouse_segmentation.input_config(input), 'inputs.' ~ input) -%}
    {%- if execute and not warehouse_segmentation.relation_is_missing(relation) -%}
      {%- for column in warehouse_segmentation.query_columns(warehouse_segmentation.given_query(input)) -%}
        {%- do types.update({column.name: column.type}) -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endif -%}
  {{- return(types) -}}
{% endmacro %}

{#- The mapped rows of an input, or no rows where the input is not mapped. -#}
{% macro input_rows(input) %}
  {%- if warehouse_segmentation.input_config(input) is none -%}
    {{- return('select 1 as nothing where false') -}}
  {%- endif -%}
  {{- return(warehouse_segmentation.banded_query(input)) -}}
{% endmacro %}

{#- The input's rows under their canonical names, with the input's types, without those of forgotten customers.
    Columns that the mapping leaves out are not there: read_column() gives a typed NULL for them. -#}
{% macro mapped_query(input) %}
  {%- set forgotten = warehouse_segmentation.forgotten_relation() -%}
  {%- if forgotten is none or 'customer_id' not in warehouse_segmentation.input_expressions(input) -%}
    {{- return(warehouse_segmentation.given_query(input)) -}}
  {%- endif -%}
  {{- return(warehouse_segmentation.forgotten_input_rows(input, forgotten, is_kept=true)) -}}
{% endmacro %}

{#- All rows of the input under their canonical names, including those of forgotten customers, to find out types and
    to count rows. Everything else uses mapped_query(). -#}
{% macro given_query(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set relation = warehouse_segmentation.relation_of(config, 'inputs.' ~ input) -%}
  {%- set selected = [] -%}
  {%- for name, expression in warehouse_segmentation.column_expressions(warehouse_segmentation.input_expressions(input), relation).items() -%}
    {%- do selected.append(expression ~ ' as ' ~ warehouse_segmentation.quoted(name)) -%}
  {%- endfor -%}
  select {{ selected | join(', ') or '1 as nothing' }}
  from {{ relation }}
  {%- if config.get('where') %}
  where {{ config.where }}
  {%- endif %}
{% endmacro %}
