{#- The active model of each segmentation, as `models_of` tells it: scoring follows the model, never settings edited since
    its fit. -#}
{% macro active_models() %}
  {{- return(warehouse_segmentation.models_with_status('active')) -}}
{% endmacro %}
