{%- set measures = {
    'recency_score': '-days_since_last_order',
    'frequency_score': 'orders',
    'monetary_score': 'net_revenue'
} -%}

-- Equal values have equal scores, a better value never scores less, the most recent customer scores
-- 5, and those who ordered are scored, nobody else.
with

customers as (

    select
        features.customer_id,
        features.orders as orders_made,
        scores.customer_id as scored_customer_id
        {%- for score, value in measures.items() %},
        scores.{{ score }},
        features.{{ value | replace('-', '') }} * {{ '-1' if value[0] == '-' else '1' }} as {{ score }}_of
        {%- endfor %}

    from {{ ref('warehouse_segmentation', 'customer_features') }} as features
    full outer join {{ ref('warehouse_segmentation', 'rfm_scores') }} as scores
        on features.customer_id = scores.customer_id

),

{%- for score in measures %}

by_{{ score }} as (

    select
        {{ score }} as score,
        min({{ score }}_of) as lowest,
        max({{ score }}_of) as highest

    from customers
    where {{ score }} is not null
    group by {{ score }}

),

ranges_{{ score }} as (

    select
        score,
        lowest,
        max(highest) over (
            order by score
            rows between unbounded preceding and 1 preceding
        ) as highest_below

    from by_{{ score }}

),
{%- endfor %}

broken as (

    select
        'who is scored' as rule,
        count(*) as found
    from customers
    where (coalesce(orders_made, 0) > 0) <> (scored_customer_id is not null)

    union all

    select
        'the most recent score 5' as rule,
        case when max(recency_score) < 5 then 1 else 0 end as found
    from customers

    {%- for score in measures %}

    union all

    select
        '{{ score }} follows its value' as rule,
        count(*) as found
    from ranges_{{ score }}
    where lowest <= highest_below
    {%- endfor %}

)

select *
from broken
where found > 0
