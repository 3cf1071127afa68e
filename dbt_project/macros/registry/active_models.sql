{#- The active model of each segmentation, {segmentation: {model_id, population, segment_ids, columns}},
    as the registry tells it: scoring follows the model, never settings edited since its fit. `segment backfill` names
    the models of an earlier date in the variable scoring_models, {segmentation: model_id}. -#}
{% macro active_models() %}
  {%- set models = {} -%}
  {%- set of_a_date = var('scoring_models', none) -%}
  {%- set states = ref('warehouse_segmentation', 'segment_models') -%}
  {%- set runs = ref('warehouse_segmentation', 'int_segmentation__model_runs') -%}
  {%- set features = ref('warehouse_segmentation', 'int_segmentation__model_features') -%}
  {%- set centroids = ref('warehouse_segmentation', 'int_segmentation__model_centroids') -%}
  {%- if execute and load_relation(states) is not none and load_relation(runs) is not none -%}
    {%- set query -%}
      select runs.segmentation, runs.model_id, runs.spec
      from {{ runs }} as runs
      inner join {{ states }} as states on runs.model_id = states.model_id
      where {{ "states.status = 'active'" if of_a_date is none else "runs.model_id in ('" ~ of_a_date.values() | join("', '") ~ "')" }}
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
      {%- set of_model = "model_id = '" ~ row[1] ~ "'" -%}
      {%- set ids = run_query('select distinct segment_id from ' ~ centroids ~ ' where ' ~ of_model ~ ' order by segment_id').columns[0].values() -%}
      {%- do models.update({row[0]: {
            'model_id': row[1],
            'population': fromjson(row[2]).population,
            'segment_ids': ids | map('int') | list,
            'columns': warehouse_segmentation.prepared_structure(features, of_model)}}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(models) -}}
{% endmacro %}
