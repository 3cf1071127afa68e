{#- Usable rows of each input by month. -#}
{% macro input_months(figures) %}
    select
        input,
        {{ warehouse_segmentation.month_floor('day') }} as month_start,
        sum(rows) as rows

    from {{ figures }}
    where measure = 'rows'
        and reason is null
        and day is not null
    group by
        input,
        {{ warehouse_segmentation.month_floor('day') }}
{% endmacro %}
