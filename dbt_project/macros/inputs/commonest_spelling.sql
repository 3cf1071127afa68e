{#- Values that differ in case alone, each with its commonest spelling: rows of (folded, value). Of a
    column of values or, with `weight`, of values that were counted already. -#}
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
