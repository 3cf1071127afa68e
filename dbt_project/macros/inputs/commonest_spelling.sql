{#- Values that differ only in case, each with its commonest spelling: rows of (folded, value). Takes a column of
    values or, with `weight`, values that are already counted. -#}
{% macro commonest_spelling(relation, column, condition='true', weight=none) %}
    select
        folded,
        value
    from (
        select
            lower({{ column }}) as folded,
            {{ column }} as value,
            row_number() over (
                partition by lower({{ column }})
                order by {{ 'sum(' ~ weight ~ ')' if weight else 'count(*)' }} desc, {{ column }}
            ) as place

        from {{ relation }}
        where {{ column }} is not null
            and {{ condition }}
        group by {{ column }}
    ) as spellings
    where place = 1
{% endmacro %}
