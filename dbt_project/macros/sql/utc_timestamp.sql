{#- A moment as TIMESTAMP in UTC: an instant with a zone is converted, anything else is taken as
    UTC already, text is parsed, and what cannot be read becomes NULL. -#}
{% macro utc_timestamp(expression, data_type) %}
  {{- return(adapter.dispatch('segmentation_utc_timestamp', 'warehouse_segmentation')(expression, data_type)) -}}
{% endmacro %}

{% macro default__segmentation_utc_timestamp(expression, data_type) %}
  {%- if 'with time zone' in data_type -%}
    {{- return("timezone('UTC', " ~ expression ~ ")") -}}
  {%- endif -%}
  {{- return("try_cast(" ~ expression ~ " as timestamp)") -}}
{% endmacro %}

{#- Spark's TIMESTAMP is an instant shown in the session's zone, which the profiles set to UTC. -#}
{% macro spark__segmentation_utc_timestamp(expression, data_type) %}
  {{- return("try_cast(" ~ expression ~ " as timestamp)") -}}
{% endmacro %}
