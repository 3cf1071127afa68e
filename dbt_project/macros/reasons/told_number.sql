{#- A number of a feature for people to read; `is_share` is a column that says whether it is a share. -#}
{% macro told_number(expression, is_share) -%}
    case when {{ is_share }} then {{ warehouse_segmentation.share_text(expression) }} else {{ warehouse_segmentation.short_number_text(expression) }} end
{%- endmacro %}
