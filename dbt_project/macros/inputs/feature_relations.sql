{#- The relations of a project's own features, in order: [{variable, config}], where `variable` is the name of each in
    errors. -#}
{% macro feature_relations() %}
  {%- set given = var('feature_relations', none) or [] -%}
  {%- set entries = [] -%}
  {%- if given is string or given is mapping or given is not sequence -%}
    {%- do warehouse_segmentation.fail('feature_relations', "must be a list of relations such as [{ref: loyalty}], not " ~ given) -%}
    {{- return(entries) -}}
  {%- endif -%}
  {%- for config in given -%}
    {%- do entries.append({'variable': 'feature_relations[' ~ loop.index0 ~ ']', 'config': config}) -%}
  {%- endfor -%}
  {{- return(entries) -}}
{% endmacro %}

{#- The columns that one of `feature_relations` names, name -> SQL expression, customer_id first; only
    customer_id where it names none, so that every column joins. -#}
{% macro feature_expressions(config) %}
  {%- set expressions = {'customer_id': 'customer_id'} -%}
  {%- set columns = config.get('columns') if config is mapping else none -%}
  {%- if columns is mapping -%}
    {%- for name, expression in columns.items() if expression is not none -%}
      {%- do expressions.update({name: expression | string}) -%}
    {%- endfor -%}
  {%- elif columns is sequence and columns is not string -%}
    {%- for name in columns if name | string | lower != 'customer_id' -%}
      {%- do expressions.update({name | string: warehouse_segmentation.quoted(name | string)}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(expressions) -}}
{% endmacro %}

{#- Fails with one sentence when a relation of a project's own features cannot be used. Only models downstream of
    customer_features may call it: it refers to the relations, and one of them may be a model that reads
    customer_features. -#}
{% macro check_feature_relations() %}
  {%- set taken = {} -%}
  {%- for name in warehouse_segmentation.extra_attributes() -%}{%- do taken.update({name | lower: 'inputs.customers'}) -%}{%- endfor -%}
  {%- for entry in warehouse_segmentation.feature_relations() -%}
    {%- set config = entry.config -%}
    {%- set variable = entry.variable -%}
    {%- set relation = warehouse_segmentation.relation_of(config, variable) -%}
    {%- if execute -%}
      {%- for key in config if key not in ['ref', 'source', 'relation', 'columns', 'where'] -%}
        {%- do warehouse_segmentation.fail(variable ~ '.' ~ key, 'is not known here; use ref, source or relation, columns and where') -%}
      {%- endfor -%}
      {%- set columns = config.get('columns') -%}
      {%- if columns is string or (columns is not none and columns is not sequence) or columns in ([], {}) -%}
        {%- do warehouse_segmentation.fail(variable ~ '.columns', "must be a list of columns such as [points, tier], or map them, for example {points: 'points / 100'}") -%}
      {%- endif -%}
      {%- if config.get('where') is not none and config.get('where') is not string -%}
        {%- do warehouse_segmentation.fail(variable ~ '.where', "must be a SQL condition such as 'is_current', not " ~ config.where) -%}
      {%- endif -%}
      {%- if warehouse_segmentation.relation_exists(relation, config, variable) -%}
        {%- do warehouse_segmentation.check_columns_exist(warehouse_segmentation.feature_expressions(config), relation, variable) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
  {%- if execute -%}
    {%- for given in warehouse_segmentation.given_features() -%}
      {%- for column in given.columns -%}
        {%- set at = given.variable ~ '.columns.' ~ column.name -%}
        {%- do warehouse_segmentation.check_attribute_name(column.name, at) -%}
        {%- if column.name | lower in taken -%}
          {%- do warehouse_segmentation.fail(at, 'is a column of ' ~ taken[column.name | lower] ~ ' too; give one of the two another name, for example columns: {other_name: '
                ~ column.name ~ '}') -%}
        {%- endif -%}
        {%- do taken.update({column.name | lower: given.variable}) -%}
        {%- if column.type and warehouse_segmentation.type_family(column.type) == 'other' -%}
          {%- do warehouse_segmentation.fail(at, 'must be a number, a text, a boolean or a date, but is of type ' ~ column.type
                ~ "; map an expression of it, or leave it out of 'columns'") -%}
        {%- endif -%}
      {%- endfor -%}
      {%- if given.is_known -%}
        {%- set twice = run_query(
              'select count(*), min(customer_id) from (select customer_id from (select '
              ~ warehouse_segmentation.id_text(warehouse_segmentation.quoted('customer_id'), given.id_type) ~ ' as customer_id from (' ~ given.query
              ~ ') as given_rows) as named where customer_id is not null group by customer_id having count(*) > 1) as repeated').rows[0] -%}
        {%- if twice[0] > 0 -%}
          {%- do warehouse_segmentation.fail(given.variable, given.relation ~ ' has more than one row of ' ~ twice[0]
                ~ (' customers' if twice[0] > 1 else ' customer') ~ ", such as '" ~ twice[1]
                ~ "'; it must have one row per customer: aggregate it, or choose the row with 'where'") -%}
        {%- endif -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endif -%}
{% endmacro %}
