{#- The rank of effect_`index` among those of a row, the largest first; of equal ones that with the smaller
    index. -#}
{% macro rank_of_effect(index, indexes) -%}
    1
    {%- for other in indexes if other != index %} + case when effect_{{ other }} {{ '>=' if other < index else '>' }} effect_{{ index }} then 1 else 0 end
    {%- endfor %}
{%- endmacro %}
