{#- Positions as rows, for a wide row to be turned into rows beside them (see of_position). -#}
{% macro position_rows(positions) %}
    select * from (values
        {%- for position in positions %}
        ({{ position }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as numbers (position)
{% endmacro %}
