{#- The active model of each segmentation, as `models_of` tells it: scoring follows the model, never settings edited since
    its fit. `segment backfill` names the models of an earlier date in the variable scoring_models,
    {segmentation: model_id}. -#}
{% macro active_models() %}
  {%- set of_a_date = var('scoring_models', none) -%}
  {%- if of_a_date is none -%}
    {{- return(warehouse_segmentation.models_with_status('active')) -}}
  {%- endif -%}
  {%- set query -%}
    select segmentation, model_id, spec
    from {{ ref('warehouse_segmentation', 'int_segmentation__model_runs') }}
    where model_id in ('{{ of_a_date.values() | join("', '") }}')
  {%- endset -%}
  {{- return(warehouse_segmentation.models_of(query)) -}}
{% endmacro %}
