{#- Every probe as JSON in the log: how an operation hands them to its caller. -#}
{% macro log_probes() %}
  {%- do log(tojson(warehouse_segmentation.input_probes() + warehouse_segmentation.population_probes()), info=true) -%}
{% endmacro %}
