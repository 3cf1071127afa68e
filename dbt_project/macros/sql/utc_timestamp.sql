{#- A moment as TIMESTAMP in UTC: an instant with a zone is converted, anything else is taken as
    UTC already, text is parsed (its offset taken off where it has one), and what cannot be read becomes NULL. -#}
{% macro utc_timestamp(expression, data_type) %}
  {{- return(adapter.dispatch('segmentation_utc_timestamp', 'warehouse_segmentation')(expression, data_type)) -}}
{% endmacro %}

{% macro default__segmentation_utc_timestamp(expression, data_type) %}
  {%- if 'with time zone' in data_type -%}
    {{- return("timezone('UTC', " ~ expression ~ ")") -}}
  {%- endif -%}
  {%- if warehouse_segmentation.type_family(data_type) == 'text' -%}
    {#- DuckDB's TIMESTAMP drops an offset without a word -#}
    {%- set text = 'trim(' ~ expression ~ ')' -%}
    {{- return('case when length(' ~ text ~ ') > 16 and regexp_matches(' ~ text ~ ", ':[0-9.]+ ?[-+][0-9]{2}:?([0-9]{2})?$') then timezone('UTC', try_cast(replace(replace("
          ~ text ~ ", ' +', '+'), ' -', '-') as timestamp with time zone)) else try_cast(" ~ expression ~ ' as timestamp) end') -}}
  {%- endif -%}
  {{- return("try_cast(" ~ expression ~ " as timestamp)") -}}
{% endmacro %}

{#- Spark's TIMESTAMP is an instant shown in the session's zone, which the profiles set to UTC. -#}
{% macro spark__segmentation_utc_timestamp(expression, data_type) %}
  {{- return("try_cast(" ~ expression ~ " as timestamp)") -}}
{% endmacro %}
