{#- The model of each segmentation by which drift is told: the one before, on a date that another became active. A model
    that was promoted on the date itself learnt from it, and would always find it stable. -#}
{% macro drift_models() %}
  {%- set models = {} -%}
  {%- for segmentation, model in warehouse_segmentation.active_models().items() if warehouse_segmentation.can_score(model) -%}
    {%- do models.update({segmentation: model}) -%}
  {%- endfor -%}
  {%- do models.update(warehouse_segmentation.models_before()) -%}
  {{- return(models) -}}
{% endmacro %}
