{#- A local time of a zone as TIMESTAMP in UTC; a placeholder date is left as it is. -#}
{% macro zoned_moment(moment, zone) %}
  {{- return('case when ' ~ warehouse_segmentation.is_stand_in(moment) ~ ' then ' ~ moment ~ ' else '
        ~ adapter.dispatch('segmentation_zoned_moment', 'warehouse_segmentation')(moment, warehouse_segmentation.text_literal(zone)) ~ ' end') -}}
{% endmacro %}

{% macro default__segmentation_zoned_moment(moment, zone) %}
  {{- return("timezone('UTC', timezone(" ~ zone ~ ", " ~ moment ~ "))") -}}
{% endmacro %}

{% macro spark__segmentation_zoned_moment(moment, zone) %}
  {{- return('to_utc_timestamp(' ~ moment ~ ', ' ~ zone ~ ')') -}}
{% endmacro %}
