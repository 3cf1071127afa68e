{#- One small query a mapped expression, [{variable, expression, query}], with which `segment` finds the
    one that an engine refuses: Jinja cannot catch a database's error. -#}
{% macro input_probes() %}
  {%- set probes = [] -%}
  {%- for input in warehouse_segmentation.input_definitions() -%}
    {%- set config = warehouse_segmentation.input_config(input) -%}
    {%- if config is mapping -%}
      {%- set relation = warehouse_segmentation.relation_of(config, 'inputs.' ~ input) | string -%}
      {%- do probes.append({'variable': 'inputs.' ~ input, 'expression': relation, 'query': 'select * from ' ~ relation ~ ' limit 0'}) -%}
      {%- for name, expression in warehouse_segmentation.input_expressions(input).items() -%}
        {%- do probes.append({'variable': 'inputs.' ~ input ~ '.columns.' ~ name, 'expression': expression,
                              'query': 'select ' ~ expression ~ ' from ' ~ relation ~ ' limit 0'}) -%}
      {%- endfor -%}
      {%- if config.get('where') -%}
        {%- do probes.append({'variable': 'inputs.' ~ input ~ '.where', 'expression': config.where,
                              'query': 'select 1 from ' ~ relation ~ ' where ' ~ config.where ~ ' limit 0'}) -%}
      {%- endif -%}
    {%- endif -%}
  {%- endfor -%}
  {{- return(probes) -}}
{% endmacro %}
