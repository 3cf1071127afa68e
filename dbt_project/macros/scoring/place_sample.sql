{#- Where a model puts the sampled customers of a segmentation as they are today: rows of (customer_id, segment_id,
    is_outlier), those outside its population left out. Nothing, where today's customers lack what the model reads. -#}
{% macro place_sample(segmentation, model_id) %}
  {%- set sample = ref('warehouse_segmentation', 'int_segmentation__training_sample') -%}
  {%- set runs = ref('warehouse_segmentation', 'int_segmentation__model_runs') -%}
  {%- set models = warehouse_segmentation.models_of('select segmentation, model_id, spec from ' ~ runs ~ " where model_id = '" ~ model_id ~ "'") -%}
  {%- if segmentation not in models or not warehouse_segmentation.can_score(models[segmentation]) -%}{{- return('') -}}{%- endif -%}
select
    customer_id,
    segment_id,
    is_outlier
from (
{{ warehouse_segmentation.score_customers(segmentation, models[segmentation],
    among='select customer_id from ' ~ sample ~ " where segmentation = '" ~ segmentation ~ "'") }}
) as placed
where segment_id > 0
{% endmacro %}
