{#- The moment the run began, UTC, as a TIMESTAMP. -#}
{% macro run_moment() %}
  {{- return("timestamp '" ~ run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') ~ "'") -}}
{% endmacro %}
