{#- Says which segmentations could be fitted and never were: their customers are all in segment 0. -#}
{% macro warn_about_unfitted() %}
  {%- set settings = ref('warehouse_segmentation', 'int_segmentation__segmentation_settings') -%}
  {%- set models = ref('warehouse_segmentation', 'segment_models') -%}
  {%- if execute and flags.WHICH in ['run', 'build'] and load_relation(settings) is not none and load_relation(models) is not none -%}
    {%- set query -%}
      select settings.segmentation
      from {{ settings }} as settings
      left join {{ models }} as models
        on settings.segmentation = models.segmentation
        and models.status = 'active'
      where models.model_id is null
        and settings.skip_reason is null
      order by settings.position
    {%- endset -%}
    {%- set waiting = run_query(query).columns[0].values() -%}
    {%- if waiting -%}
      {%- do exceptions.warn('warehouse_segmentation: no model yet for ' ~ waiting | join(', ') ~ ': every customer is in segment 0. Run `segment fit`.') -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}
