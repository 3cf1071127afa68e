{#- A bound of a bin for people to read, with the decimals that steps of 10 ^ `exponent` need. Engines
    write a DOUBLE differently, a DECIMAL alike. -#}
{% macro edge_text(expression, exponent) %}
    coalesce(
        case
            when {{ exponent }} >= 0 then cast(try_cast({{ expression }} as decimal(38, 0)) as string)
            {%- for decimals in range(1, 7) %}
            when {{ exponent }} = -{{ decimals }} then cast(try_cast({{ expression }} as decimal(38, {{ decimals }})) as string)
            {%- endfor %}
        end,
        cast({{ expression }} as string)
    )
{%- endmacro %}
