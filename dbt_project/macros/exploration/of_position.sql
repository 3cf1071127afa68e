{#- Of the columns name_1, name_2 and so on of a wide row the one that `position` asks for. -#}
{% macro of_position(name, positions) %}
    case position
        {%- for position in positions %}
        when {{ position }} then {{ name }}_{{ position }}
        {%- endfor %}
    end
{%- endmacro %}
