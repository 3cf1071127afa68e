{#- The day of the run, UTC, as a DATE. -#}
{% macro run_day() %}
  {{- return("date '" ~ run_started_at.strftime('%Y-%m-%d') ~ "'") -}}
{% endmacro %}
