{#- Of the columns name_1, name_2 and so on of a wide row the one that `position` asks for; NULL where there
    are none. -#}
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
