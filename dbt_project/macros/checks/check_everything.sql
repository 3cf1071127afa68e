{#- Every check there is, for `segment run` to make before it builds anything. -#}
{% macro check_everything() %}
  {%- do warehouse_segmentation.check_settings() -%}
  {%- for input in warehouse_segmentation.input_definitions() -%}
    {%- do warehouse_segmentation.check_input(input) -%}
  {%- endfor -%}
  {%- do warehouse_segmentation.check_feature_relations() -%}
  {%- do warehouse_segmentation.check_feature_labels() -%}
  {%- do warehouse_segmentation.training_specs() -%}
  {%- do warehouse_segmentation.check_segment_names() -%}
  {%- do warehouse_segmentation.check_rfm_rules() -%}
  {%- do warehouse_segmentation.check_playbook() -%}
  {#- what only the engine can judge; log_probes() finds out which one it refused -#}
  {%- for probe in warehouse_segmentation.population_probes() -%}
    {%- do run_query(probe.query) -%}
  {%- endfor -%}
{% endmacro %}
