{#- Whether a zone's name is known, as far as an engine can be asked without an error. -#}
{% macro is_time_zone(name) %}
  {%- if not modules.re.match('^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$', name | string) -%}{{- return(false) -}}{%- endif -%}
  {{- return(adapter.dispatch('segmentation_is_time_zone', 'warehouse_segmentation')(name)) -}}
{% endmacro %}

{% macro default__segmentation_is_time_zone(name) %}
  {{- return(run_query("select 1 from pg_timezone_names() where name = '" ~ name ~ "'").rows | length > 0) -}}
{% endmacro %}

{% macro spark__segmentation_is_time_zone(name) %}
  {{- return(true) -}}
{% endmacro %}
