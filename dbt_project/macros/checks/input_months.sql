{#- Usable rows of each input by month. -#}
{% macro input_months(figures) %}
    select
        input,
        cast(date_trunc('month', day) as date) as month_start,
        sum(rows) as rows

    from {{ figures }}
    where measure = 'rows'
        and reason is null
        and day is not null
    group by
        input,
        cast(date_trunc('month', day) as date)
{% endmacro %}
