{#- A date some days later (earlier when negative), as a DATE on every engine. -#}
{% macro add_days(date_expression, days) %}
  {{- return("cast(" ~ date_expression ~ " + interval '" ~ days ~ "' day as date)") -}}
{% endmacro %}

{#- Whole days from one date to another. -#}
{% macro days_between(from_date, to_date) %}
  {{- return(adapter.dispatch('segmentation_days_between', 'warehouse_segmentation')(from_date, to_date)) -}}
{% endmacro %}

{% macro default__segmentation_days_between(from_date, to_date) %}
  {{- return("cast(date_diff('day', " ~ from_date ~ ", " ~ to_date ~ ") as bigint)") -}}
{% endmacro %}

{% macro spark__segmentation_days_between(from_date, to_date) %}
  {{- return("cast(datediff(" ~ to_date ~ ", " ~ from_date ~ ") as bigint)") -}}
{% endmacro %}

{#- The first day of a date's month. -#}
{% macro month_floor(date_expression) %}
  {{- return("cast(date_trunc('month', " ~ date_expression ~ ") as date)") -}}
{% endmacro %}

{#- Whether a date is a Saturday or Sunday, by the days since a Monday, because engines number weekdays differently. -#}
{% macro is_weekend(date_expression) %}
  {%- set days = warehouse_segmentation.days_between("date '1900-01-01'", date_expression) -%}
  {{- return('(' ~ days ~ ' % 7) >= 5') -}}
{% endmacro %}

{#- The wall-clock time in `time_zone` of a UTC timestamp. -#}
{% macro local_timestamp(expression, time_zone) %}
  {%- if time_zone | upper == 'UTC' -%}
    {{- return(expression) -}}
  {%- endif -%}
  {{- return(adapter.dispatch('segmentation_local_timestamp', 'warehouse_segmentation')(expression, time_zone)) -}}
{% endmacro %}

{% macro default__segmentation_local_timestamp(expression, time_zone) %}
  {%- set zone = warehouse_segmentation.text_literal(time_zone) -%}
  {{- return("timezone(" ~ zone ~ ", timezone('UTC', " ~ expression ~ "))") -}}
{% endmacro %}

{% macro spark__segmentation_local_timestamp(expression, time_zone) %}
  {{- return("from_utc_timestamp(" ~ expression ~ ", " ~ warehouse_segmentation.text_literal(time_zone) ~ ")") -}}
{% endmacro %}

{#- A TIMESTAMP in UTC: an instant with a zone is converted, text is parsed (an offset is subtracted), anything else
    is already UTC, and a value that cannot be read becomes NULL. -#}
{% macro utc_timestamp(expression, data_type) %}
  {{- return(adapter.dispatch('segmentation_utc_timestamp', 'warehouse_segmentation')(expression, data_type)) -}}
{% endmacro %}

{% macro default__segmentation_utc_timestamp(expression, data_type) %}
  {%- if 'with time zone' in data_type -%}
    {{- return("timezone('UTC', " ~ expression ~ ")") -}}
  {%- endif -%}
  {%- if warehouse_segmentation.type_family(data_type) == 'text' -%}
    {#- DuckDB's TIMESTAMP drops an offset silently -#}
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
