{#- Stops where the active model of a segmentation prepares features that the customers no longer have: nobody can be placed,
    and the history would say that everybody went. -#}
{% macro stop_at_lost_features() %}
  {#- for the lineage: nothing below is reached while the project is parsed -#}
  {%- do ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}
  {%- for segmentation, model in warehouse_segmentation.active_models().items()
      if segmentation in var('segmentations') and not warehouse_segmentation.can_score(model) -%}
    {%- do exceptions.raise_compiler_error(
          'The active model of ' ~ segmentation ~ ' (' ~ model.model_id ~ ') needs features that are gone, so nobody can be placed by it. Hint: run `segment fit` or `segment run`, which fit the features that there are.') -%}
  {%- endfor -%}
{% endmacro %}
