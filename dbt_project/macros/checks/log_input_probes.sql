{#- The probes as JSON in the log: how an operation hands them to its caller. -#}
{% macro log_input_probes() %}
  {%- do log(tojson(warehouse_segmentation.input_probes()), info=true) -%}
{% endmacro %}
