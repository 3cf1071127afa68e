{#- What `feature_relations` give, a relation an entry: {name, variable, relation, is_known, query, id_type,
    columns: [{name, type, kind, definition}]}. `query` selects customer_id and the columns as they come, without the
    rows of customers who were forgotten.
    While nothing is executed, or a relation is yet to be built, it is not known, and its columns are
    those that the settings name. -#}
{% macro given_features() %}
  {%- set found = [] -%}
  {%- for entry in warehouse_segmentation.feature_relations() -%}
    {%- set config = entry.config -%}
    {#- resolved while parsing too, so that dbt records the dependency -#}
    {%- set relation = warehouse_segmentation.relation_of(config, entry.variable) -%}
    {%- if config is mapping -%}
      {%- set named = config.get('ref') or config.get('source') or config.get('relation') -%}
      {%- set name = (named if named is string else named | join('.')) | trim -%}
      {%- set expressions = warehouse_segmentation.feature_expressions(config) -%}
      {%- set is_known = execute and not warehouse_segmentation.relation_is_missing(relation) -%}
      {%- if is_known and config.get('columns') is none -%}
        {%- for column in warehouse_segmentation.query_columns('select * from ' ~ relation) if column.name | lower != 'customer_id' -%}
          {%- do expressions.update({column.name: warehouse_segmentation.quoted(column.name)}) -%}
        {%- endfor -%}
      {%- endif -%}
      {%- set selected = [] -%}
      {%- for column, expression in warehouse_segmentation.column_expressions(expressions, relation).items() -%}
        {%- do selected.append(expression ~ ' as ' ~ warehouse_segmentation.quoted(column)) -%}
      {%- endfor -%}
      {%- set query = 'select ' ~ selected | join(', ') ~ ' from ' ~ relation ~ (' where ' ~ config.where if config.get('where') else '') -%}
      {%- set types = {} -%}
      {%- if is_known -%}
        {%- for column in warehouse_segmentation.query_columns(query) -%}{%- do types.update({column.name: column.type}) -%}{%- endfor -%}
      {%- endif -%}
      {%- set forgotten = warehouse_segmentation.forgotten_relation() if 'customer_id' in types else none -%}
      {%- if forgotten is not none -%}
        {%- set customer_id = warehouse_segmentation.id_text(warehouse_segmentation.quoted('customer_id'), types.customer_id) -%}
        {%- set query = warehouse_segmentation.forgotten_rows(query, customer_id, forgotten, is_kept=true) -%}
      {%- endif -%}
      {%- set columns = [] -%}
      {%- for column, expression in expressions.items() if column != 'customer_id' -%}
        {%- set type = types.get(column) -%}
        {%- set is_plain = expression in [column, warehouse_segmentation.quoted(column)] -%}
        {%- do columns.append({
              'name': column,
              'type': type,
              'kind': {'number': 'numeric', 'boolean': 'numeric', 'text': 'category'}.get(warehouse_segmentation.type_family(type), 'other') if type else none,
              'definition': 'As given by ' ~ name ~ ('' if is_plain else ': ' ~ expression)}) -%}
      {%- endfor -%}
      {%- do found.append({'name': name, 'variable': entry.variable, 'relation': relation, 'is_known': is_known, 'query': query,
                           'id_type': types.get('customer_id', 'varchar'), 'columns': columns}) -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(found) -}}
{% endmacro %}
