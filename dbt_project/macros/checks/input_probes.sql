{#- Two small queries a mapped expression, [{variable, expression, query, whole}], with which `segment`
    finds the one that an engine refuses: Jinja cannot catch a database's error. `query` reads no row,
    and has the columns beside it so that an aggregate is refused too; `whole` reads every row. -#}
{% macro input_probes() %}
  {%- set probes = [] -%}
  {%- for input in warehouse_segmentation.input_definitions() -%}
    {%- set config = warehouse_segmentation.input_config(input) -%}
    {%- if config is mapping -%}
      {%- set relation = warehouse_segmentation.relation_of(config, 'inputs.' ~ input) | string -%}
      {%- set from_relation = ' from ' ~ relation -%}
      {%- do probes.append({'variable': 'inputs.' ~ input, 'expression': relation,
                            'query': 'select *' ~ from_relation ~ ' limit 0', 'whole': 'select count(*)' ~ from_relation}) -%}
      {%- set where = '' -%}
      {%- if config.get('where') -%}
        {%- set where = ' where ' ~ config.where -%}
        {%- do probes.append({'variable': 'inputs.' ~ input ~ '.where', 'expression': config.where,
                              'query': 'select 1' ~ from_relation ~ where ~ ' limit 0', 'whole': 'select count(*)' ~ from_relation ~ where}) -%}
      {%- endif -%}
      {%- for name, expression in warehouse_segmentation.input_expressions(input).items() -%}
        {%- do probes.append({'variable': 'inputs.' ~ input ~ '.columns.' ~ name, 'expression': expression,
                              'query': 'select *, ' ~ expression ~ from_relation ~ ' limit 0',
                              'whole': 'select count(tried) from (select ' ~ expression ~ ' as tried' ~ from_relation ~ where ~ ') as probed'}) -%}
      {%- endfor -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(probes) -}}
{% endmacro %}
