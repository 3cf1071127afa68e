{#- Positions as rows, to turn a wide row into rows (see of_position). -#}
{% macro position_rows(positions) %}
    select * from (values
        {%- for position in positions %}
        ({{ position }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as numbers (position)
{% endmacro %}

{#- The column of name_1, name_2 and so on that `position` selects; NULL where there are none. -#}
{% macro of_position(name, positions) %}
    {%- if positions %}
    case position
        {%- for position in positions %}
        when {{ position }} then {{ name }}_{{ position }}
        {%- endfor %}
    end
    {%- else %}
    null
    {%- endif %}
{%- endmacro %}
