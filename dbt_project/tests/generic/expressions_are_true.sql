{#- Every row keeps every rule; a rule that comes out as NULL is kept. The rows that break one come
    back with the first rule they break. -#}
{% test expressions_are_true(model, expressions) %}

select
    *,
    case
        {%- for expression in expressions %}
        when not ({{ expression }}) then {{ warehouse_segmentation.text_literal(expression) }}
        {%- endfor %}
    end as broken_rule

from {{ model }}
where
    {%- for expression in expressions %}
    {{ 'or ' if not loop.first }}not ({{ expression }})
    {%- endfor %}

{% endtest %}
