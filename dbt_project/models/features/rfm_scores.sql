{%- set measures = {'days_since_last_order': 'r', 'orders': 'f', 'net_revenue': 'm'} -%}

with

customers as (

    select
        customer_id,
        days_since_last_order,
        orders,
        cast(net_revenue as double) as net_revenue

    from {{ ref('warehouse_segmentation', 'customer_features') }}
    where orders > 0

),

cutpoints as (

    select
        {%- for measure, letter in measures.items() %}
        {%- set outer_loop = loop %}
        {%- for boundary in [1, 2, 3, 4] %}
        max(case when measure = '{{ measure }}' and boundary = {{ boundary }} then cutpoint end) as {{ letter }}_{{ boundary }}
        {{- ',' if not (loop.last and outer_loop.last) }}
        {%- endfor %}
        {%- endfor %}

    from {{ ref('warehouse_segmentation', 'rfm_cutpoints') }}

),

-- A score counts the cut-points below a value, so equal values always have the same score.
scored as (

    select
        customers.customer_id,
        5
        {%- for boundary in [1, 2, 3, 4] %}
        - case when customers.days_since_last_order > cutpoints.r_{{ boundary }} then 1 else 0 end
        {%- endfor %} as recency_score,
        1
        {%- for boundary in [1, 2, 3, 4] %}
        + case when customers.orders > cutpoints.f_{{ boundary }} then 1 else 0 end
        {%- endfor %} as frequency_score,
        1
        {%- for boundary in [1, 2, 3, 4] %}
        + case when customers.net_revenue > cutpoints.m_{{ boundary }} then 1 else 0 end
        {%- endfor %} as monetary_score

    from customers
    cross join cutpoints

),

rules as (

    select * from {{ ref('warehouse_segmentation', 'rfm_rules') }}

),

-- Which group every combination of scores belongs to: 125 rows, however many customers there are.
decided as (

{{ warehouse_segmentation.rfm_combinations('rules') }}

),

named as (

    select
        scored.*,
        decided.rfm_segment

    from scored
    inner join decided
        on scored.recency_score = decided.recency_score
        and scored.frequency_score = decided.frequency_score
        and scored.monetary_score = decided.monetary_score

)

select
    customer_id,
    cast(recency_score as int) as recency_score,
    cast(frequency_score as int) as frequency_score,
    cast(monetary_score as int) as monetary_score,
    cast(rfm_segment as string) as rfm_segment

from named
