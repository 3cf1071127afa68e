{#- Probes as JSON in the log: how an operation hands them to its caller. Those of the populations ask
    the warehouse for types, which fails where an input does: they are logged apart. -#}
{% macro log_probes(of) %}
  {%- set probes = warehouse_segmentation.input_probes() if of == 'inputs' else warehouse_segmentation.population_probes() -%}
  {%- do log(tojson(probes), info=true) -%}
{% endmacro %}
