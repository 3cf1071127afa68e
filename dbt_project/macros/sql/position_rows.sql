{#- Positions as rows, to turn a wide row into rows (see of_position). -#}
{% macro position_rows(positions) %}
    select * from (values
        {%- for position in positions %}
        ({{ position }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as numbers (position)
{% endmacro %}
