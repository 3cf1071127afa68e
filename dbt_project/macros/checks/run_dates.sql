{#- One row of three dates: the newest usable day that is not later than the day of the run, the newest day that
    any accepted run found, and as_of_date. From today's figures and those of the last accepted run. Once a
    project had a date, a run without usable rows does not fall back to today. -#}
{% macro run_dates(figures, previous) %}
    select
        newest_date,
        coalesce(newest_date, recorded_before) as recorded_date,
        {%- if var('as_of_date', none) is not none %}
        date '{{ var("as_of_date") }}' as as_of_date,
        {%- else %}
        -- without any date (only customers, no sign-ups) the day of the run is used
        coalesce(
            {{ warehouse_segmentation.add_days('coalesce(newest_date, recorded_before)', 1) }}, {{ warehouse_segmentation.run_day() }}
        ) as as_of_date,
        {%- endif %}
        newest_before,
        as_of_before

    from (
        select max(case when measure = 'rows' and reason is null and day <= {{ warehouse_segmentation.run_day() }} then day end) as newest_date
        from {{ figures }}
    ) as today
    cross join (
        select
            max(case when measure = 'newest_date' then day end) as newest_before,
            max(case when measure = 'recorded_date' then day end) as recorded_before,
            max(case when measure = 'as_of_date' then day end) as as_of_before
        from {{ previous }}
    ) as last_run
{% endmacro %}

{#- The day of the run, UTC, as a DATE. -#}
{% macro run_day() %}
  {{- return("date '" ~ run_started_at.strftime('%Y-%m-%d') ~ "'") -}}
{% endmacro %}

{#- The start of the run, UTC, as a TIMESTAMP. -#}
{% macro run_moment() %}
  {{- return("timestamp '" ~ run_started_at.strftime('%Y-%m-%d %H:%M:%S.%f') ~ "'") -}}
{% endmacro %}

{#- Whether the mapping says that the relation of an input holds only the newest days. -#}
{% macro is_rolling(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {{- return(config is mapping and config.get('is_rolling') is true) -}}
{% endmacro %}
