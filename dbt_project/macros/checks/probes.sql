{#- Two small queries per mapped expression, [{variable, expression, query, whole}]. `segment` uses them to find the
    expression that an engine refuses, because Jinja cannot catch a database error. `query` reads no row, and also
    selects the columns so that an aggregate is refused; `whole` reads every row. An expression that may be the name
    of a column is also tried as a name, in `query_as_name` and `whole_as_name`. -#}
{% macro input_probes() %}
  {%- set mapped = [] -%}
  {%- for input in warehouse_segmentation.input_definitions() -%}
    {%- set config = warehouse_segmentation.input_config(input) -%}
    {%- if config is mapping -%}
      {%- do mapped.append({'variable': 'inputs.' ~ input, 'config': config, 'expressions': warehouse_segmentation.input_expressions(input)}) -%}
    {%- endif -%}
  {%- endfor -%}
  {%- for entry in warehouse_segmentation.feature_relations() if entry.config is mapping -%}
    {%- do mapped.append(dict(entry, expressions=warehouse_segmentation.feature_expressions(entry.config))) -%}
  {%- endfor -%}
  {%- for name in ['segment_names', 'rfm_rules', 'segment_playbook'] if var(name, none) is mapping -%}
    {%- do mapped.append({'variable': name, 'config': var(name), 'expressions': {}}) -%}
  {%- endfor -%}
  {%- set probes = [] -%}
  {%- for entry in mapped -%}
    {%- set relation = warehouse_segmentation.relation_of(entry.config, entry.variable) | string -%}
    {%- set from_relation = ' from ' ~ relation -%}
    {%- do probes.append({'variable': entry.variable, 'expression': relation,
                          'query': 'select *' ~ from_relation ~ ' limit 0', 'whole': 'select count(*)' ~ from_relation}) -%}
    {%- set where = '' -%}
    {%- if entry.config.get('where') -%}
      {%- set where = ' where ' ~ entry.config.where -%}
      {%- do probes.append({'variable': entry.variable ~ '.where', 'expression': entry.config.where,
                            'query': 'select 1' ~ from_relation ~ where ~ ' limit 0', 'whole': 'select count(*)' ~ from_relation ~ where}) -%}
    {%- endif -%}
    {%- for name, expression in entry.expressions.items() -%}
      {%- set probe = {'variable': entry.variable ~ '.columns.' ~ name, 'expression': expression} -%}
      {%- set named = warehouse_segmentation.quoted(warehouse_segmentation.column_name(expression) or expression | trim) -%}
      {%- for suffix, tried in {'': expression, '_as_name': named}.items() -%}
        {%- do probe.update({
              'query' ~ suffix: 'select *, ' ~ tried ~ from_relation ~ ' limit 0',
              'whole' ~ suffix: 'select count(tried) from (select ' ~ tried ~ ' as tried' ~ from_relation ~ where ~ ') as probed'}) -%}
      {%- endfor -%}
      {%- do probes.append(probe) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return(probes) -}}
{% endmacro %}

{#- One query per segmentation, [{variable, expression, query, whole}], that tries its population on zero rows with
    the features' types: the columns it may use are known before a feature is built. -#}
{% macro population_probes() %}
  {%- set columns = ['cast(null as string) as customer_id'] -%}
  {%- for feature in warehouse_segmentation.feature_definitions() -%}
    {%- do columns.append('cast(null as ' ~ {'numeric': 'double', 'category': 'string'}[feature.kind] ~ ') as ' ~ feature.name) -%}
  {%- endfor -%}
  {%- set types = warehouse_segmentation.attribute_types() -%}
  {%- for name in warehouse_segmentation.extra_attributes() -%}
    {%- set type = types.get(name, 'string') -%}
    {%- set family = warehouse_segmentation.type_family(type) -%}
    {%- do columns.append('cast(null as ' ~ {'number': 'double', 'boolean': type, 'moment': type}.get(family, 'string') ~ ') as ' ~ warehouse_segmentation.quoted(name)) -%}
  {%- endfor -%}
  {%- set probes = [] -%}
  {%- for given in warehouse_segmentation.given_features() -%}
    {#- the columns of a relation that is not built yet are not known -#}
    {%- if not given.is_known -%}{{- return(probes) -}}{%- endif -%}
    {%- for column in given.columns -%}
      {%- set type = {'numeric': 'double', 'category': 'string'}.get(column.kind, column.type) -%}
      {%- do columns.append('cast(null as ' ~ (column.type if column.type.startswith('bool') else type) ~ ') as ' ~ warehouse_segmentation.quoted(column.name)) -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for spec in warehouse_segmentation.segmentation_specs() -%}
    {%- set query = 'select 1 from (select ' ~ columns | join(', ') ~ ') as customers where (' ~ spec.population ~ ')' -%}
    {%- do probes.append({'variable': 'segmentations.' ~ spec.name ~ '.population', 'expression': spec.population, 'query': query, 'whole': query}) -%}
  {%- endfor -%}
  {{- return(probes) -}}
{% endmacro %}

{#- Probes as JSON in the log, which is how an operation returns them to its caller. The populations' probes ask the
    warehouse for types, which fails where an input fails, so they are logged separately. -#}
{% macro log_probes(of) %}
  {%- set probes = warehouse_segmentation.input_probes() if of == 'inputs' else warehouse_segmentation.population_probes() -%}
  {%- do log(tojson(probes), info=true) -%}
{% endmacro %}
