{#- 'behaviour:3': one column that tells segments of all segmentations apart. -#}
{% macro segment_key(segmentation, segment_id) %}
  {{- return(segmentation ~ " || ':' || cast(" ~ segment_id ~ " as string)") -}}
{% endmacro %}
