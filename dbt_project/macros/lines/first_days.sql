{#- The day on which the order lines of the input begin, ignoring a few early stragglers (one in a hundred). One
    row, NULL without a dated line. -#}
{% macro first_days(figures) %}
    select max(case when rows_before <= 0.01 * all_rows then day end) as first_day
    from (
        select
            day,
            sum(rows) over (order by day) - rows as rows_before,
            sum(rows) over () as all_rows
        from (
            select
                day,
                sum(rows) as rows
            from {{ figures }}
            where input = 'transactions'
                and measure = 'rows'
                and day <= {{ warehouse_segmentation.run_day() }}
            group by day
        ) as days
    ) as summed
{% endmacro %}
