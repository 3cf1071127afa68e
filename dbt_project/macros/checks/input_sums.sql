{#- The sums of figures of each input, one row per input. -#}
{% macro input_sums(figures) %}
    select
        input,
        sum(case when measure = 'rows' then rows else 0 end) as rows,
        sum(case when measure = 'rows' and reason is null then rows else 0 end) as usable,
        sum(case when measure = 'rows' and reason not in ('missing_customer_id', 'missing_order_id', 'ignored_status') then rows else 0 end) as unreadable,
        max(case when measure = 'customers' then rows end) as customers,
        max(case when measure = 'known_customers' then rows end) as known_customers,
        max(case when measure = 'known_rows' then rows end) as known_rows,
        max(case when measure = 'orders' then rows end) as orders,
        min(case when measure = 'rows' and reason is null then day end) as first_day,
        max(case when (measure = 'last_day' or measure = 'rows' and reason is null) and day <= {{ warehouse_segmentation.run_day() }} then day end) as last_day,
        count(distinct case when measure = 'rows' and reason is null then {{ warehouse_segmentation.month_floor('day') }} end) as months,
        count(case when measure = 'column' then 1 end) as columns

    from {{ figures }}
    group by input
{% endmacro %}
