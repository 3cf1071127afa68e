{#- The parts (months, or days of a file of the newest days only) that order lines are kept in, each with the lines
    that are kept of it and those that the input has of it now: a part reaches to where the next begins, the first
    one back to the beginning of time. `boundary`, a day or none, begins a part too, which nothing may be kept of.
    Lines without a day are the part 9999-12-01. With `checksums`, the sums of both beside the numbers. -#}
{% macro kept_parts(kept, figures, boundary=none, checksums=false) %}
    select
        parts.order_month,
        parts.next_month,
        max(parts.lines) as kept_lines,
        coalesce(sum(days.rows), 0) as file_lines
        {%- if checksums %},
        max(parts.checksum) as kept_checksum,
        sum(days.checksum) as file_checksum
        {%- endif %}

    from (
        select
            order_month,
            lines,
            {%- if checksums %}
            checksum,
            {%- endif %}
            row_number() over (order by order_month) as place,
            lead(order_month) over (order by order_month) as next_month
        from (
            select
                order_month,
                sum(lines) as lines
                {%- if checksums %},
                sum(checksum) as checksum
                {%- endif %}
            from (
                select
                    order_month,
                    count(*) as lines
                    {%- if checksums %},
                    {{ warehouse_segmentation.line_checksum(is_kept=true) }} as checksum
                    {%- endif %}
                from {{ kept }}
                where reason is null
                    or reason <> 'no_line'
                group by order_month

                {%- for day in ['9999-12-01', boundary] | select %}

                union all

                select
                    date '{{ day }}',
                    0
                    {%- if checksums %},
                    cast(null as decimal(38, 0))
                    {%- endif %}
                {%- endfor %}
            ) as stacked
            group by order_month
        ) as counted
    ) as parts
    left join (
        select
            coalesce(day, date '9999-12-01') as day,
            sum(rows) as rows
            {%- if checksums %},
            sum(checksum) as checksum
            {%- endif %}
        from {{ figures }}
        where input = 'transactions'
            and measure = 'rows'
        group by coalesce(day, date '9999-12-01')
    ) as days
        on (parts.order_month <= days.day or parts.place = 1)
        and (parts.next_month is null or days.day < parts.next_month)
    group by
        parts.order_month,
        parts.next_month
{% endmacro %}
