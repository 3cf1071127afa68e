{#- Values that differ in case alone, each with its commonest spelling: rows of (folded, value), for
    the condition that a user of the values may set. -#}
{% macro commonest_spelling(relation, column, condition='true') %}
    select
        folded,
        value
    from (
        select
            lower({{ column }}) as folded,
            {{ column }} as value,
            row_number() over (
                partition by lower({{ column }})
                order by count(*) desc, {{ column }}
            ) as place

        from {{ relation }}
        where {{ column }} is not null
            and {{ condition }}
        group by {{ column }}
    ) as spellings
    where place = 1
{% endmacro %}
