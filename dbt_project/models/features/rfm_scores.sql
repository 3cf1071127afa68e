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

-- A score counts the cut-points a value lies above, so equal values always score the same.
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

-- The usual map of recency against the mean of frequency and monetary score.
named as (

    select
        *,
        case
            when recency_score = 5 and frequency_score + monetary_score >= 8 then 'Champions'
            when recency_score >= 3 and frequency_score + monetary_score >= 8 then 'Loyal'
            when recency_score >= 4 and frequency_score + monetary_score between 5 and 7 then 'Potential loyalist'
            when recency_score = 5 and frequency_score + monetary_score <= 4 then 'New'
            when recency_score = 4 and frequency_score + monetary_score <= 4 then 'Promising'
            when recency_score = 3 and frequency_score + monetary_score between 6 and 7 then 'Need attention'
            when recency_score = 3 then 'About to sleep'
            when recency_score = 1 and frequency_score + monetary_score >= 9 then 'Cannot lose them'
            when frequency_score + monetary_score >= 6 then 'At risk'
            when recency_score = 2 or frequency_score + monetary_score >= 4 then 'Hibernating'
            else 'Lost'
        end as rfm_segment

    from scored

)

select
    customer_id,
    cast(recency_score as int) as recency_score,
    cast(frequency_score as int) as frequency_score,
    cast(monetary_score as int) as monetary_score,
    cast(rfm_segment as string) as rfm_segment

from named
