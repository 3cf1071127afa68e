{#- The parts (months, or days of a file of the newest days only) that the monthly tables hold, each with
    the order lines that are kept of it and those that the input has of it now. -#}
{% macro kept_parts(kept, figures) %}
    select
        parts.order_month,
        parts.next_month,
        max(parts.lines) as kept_lines,
        coalesce(sum(days.rows), 0) as file_lines

    from (
        select
            order_month,
            lines,
            lead(order_month) over (order by order_month) as next_month
        from (
            select
                order_month,
                sum(lines) as lines
            from {{ kept }}
            where counted = 'reason'
                and order_month < date '9999-12-01'
            group by order_month
            having sum(lines) > 0
        ) as counted
    ) as parts
    left join (
        select
            day,
            sum(rows) as rows
        from {{ figures }}
        where input = 'transactions'
            and measure = 'rows'
            and day is not null
        group by day
    ) as days
        on parts.order_month <= days.day
        and (parts.next_month is null or days.day < parts.next_month)
    group by
        parts.order_month,
        parts.next_month
{% endmacro %}
