{#- What scoring needs of models, {segmentation: {model_id, population, segment_ids, columns}}, where `query` has rows of
    (segmentation, model_id, spec), one a segmentation. Empty without a query, and while there is no registry. -#}
{% macro models_of(query) %}
  {%- set models = {} -%}
  {%- set runs = ref('warehouse_segmentation', 'int_segmentation__model_runs') -%}
  {%- set features = ref('warehouse_segmentation', 'int_segmentation__model_features') -%}
  {%- set centroids = ref('warehouse_segmentation', 'int_segmentation__model_centroids') -%}
  {%- if execute and query is not none and load_relation(runs) is not none -%}
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
