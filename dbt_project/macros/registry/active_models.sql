{#- The active model of each segmentation, {segmentation: {model_id, population, segment_ids, columns}},
    as the registry tells it: scoring follows the model, never settings edited since its fit. -#}
{% macro active_models() %}
  {%- set states = ref('warehouse_segmentation', 'segment_models') -%}
  {%- set runs = ref('warehouse_segmentation', 'int_segmentation__model_runs') -%}
  {%- set query -%}
    select runs.segmentation, runs.model_id, runs.spec
    from {{ runs }} as runs
    inner join {{ states }} as states on runs.model_id = states.model_id
    where states.status = 'active'
  {%- endset -%}
  {{- return(warehouse_segmentation.models_of(query if execute and load_relation(states) is not none else none)) -}}
{% endmacro %}
