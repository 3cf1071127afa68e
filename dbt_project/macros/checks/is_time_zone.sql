{#- Whether the engine knows the name of a time zone. The engine is asked because it uses the name, and because
    not every dbt has Python's list of zones. -#}
{% macro is_time_zone(name) %}
  {%- if name == 'UTC' -%}{{- return(true) -}}{%- endif -%}
  {%- if not modules.re.match('^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$', name | string) -%}{{- return(false) -}}{%- endif -%}
  {{- return(adapter.dispatch('segmentation_is_time_zone', 'warehouse_segmentation')(name)) -}}
{% endmacro %}

{% macro default__segmentation_is_time_zone(name) %}
  {{- return(run_query("select 1 from pg_timezone_names() where name = '" ~ name ~ "'").rows | length > 0) -}}
{% endmacro %}

{#- a moment in an unknown zone cannot be read -#}
{% macro spark__segmentation_is_time_zone(name) %}
  {{- return(run_query("select 1 where try_cast('2020-01-01 00:00:00 " ~ name ~ "' as timestamp) is not null").rows | length > 0) -}}
{% endmacro %}
