{#- How many customers each rule of a segmentation matches, and how many of these are in its segment: rows of
    (segmentation, segment_id, named, right_ones). One pass over the customers for all rules. -#}
{% macro try_rules(segmentation, rules) %}
{%- set positions = rules | map(attribute='segment_id') | list %}
    with

    tried as (

        select
            customer_id
            {%- for rule in rules %},
            case when {{ warehouse_segmentation.in_population(rule.predicate) }} then 1 else 0 end as named_{{ rule.segment_id }}
            {%- endfor %}

        from {{ ref('warehouse_segmentation', 'int_segmentation__customer_columns') }}

    ),

    counted as (

        select
            count(*) as customers
            {%- for rule in rules %},
            sum(tried.named_{{ rule.segment_id }}) as named_{{ rule.segment_id }},
            sum(case when scores.segment_id = {{ rule.segment_id }} then tried.named_{{ rule.segment_id }} else 0 end) as right_{{ rule.segment_id }}
            {%- endfor %}

        from tried
        inner join {{ ref('warehouse_segmentation', 'int_segmentation__scores') }} as scores
            on tried.customer_id = scores.customer_id
        where scores.segmentation = '{{ segmentation }}'

    ),

    numbers as (
{{ warehouse_segmentation.position_rows(positions) }}
    )

    select
        '{{ segmentation }}' as segmentation,
        numbers.position as segment_id,
        {{- warehouse_segmentation.of_position('named', positions) }} as named_customers,
        {{- warehouse_segmentation.of_position('right', positions) }} as right_customers

    from counted
    cross join numbers
{% endmacro %}
