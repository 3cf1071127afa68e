-- Question: whom in a segment do we write to, and with which offer?
-- Grain:    one row per customer of the segment, the one worth most first.
-- Consent and contact data are in columns of your own: join customer_attributes, or your CRM.
with

params as (

    select
        'behaviour' as segmentation,  -- the segmentation: only one, so that nobody gets two messages
        'At risk' as segment,  -- name or archetype of the segment
        0.0 as confidence,  -- how clearly in the segment, from 0 (on the border) to 1
        1000 as customers  -- how many at most

),

categories as (

    select
        segment_key,
        category,
        row_number() over (partition by segment_key order by rank) as place

    from segment_recommendations
    where item_type = 'category'

),

ranked as (

    select
        customer_segments.customer_id,
        customer_segments.segment_name,
        round(customer_segments.confidence, 2) as confidence,
        features.net_revenue,
        features.orders,
        features.days_since_last_order,
        features.main_channel,
        features.top_category as usual_category,
        -- one that is not already the customer's top category
        case
            when first_categories.category = features.top_category then next_categories.category
            else first_categories.category
        end as category_to_recommend,
        playbook.promotion,
        row_number() over (
            order by features.net_revenue desc nulls last, customer_segments.customer_id
        ) as place

    from customer_segments
    inner join segments
        on customer_segments.segment_key = segments.segment_key
    inner join customer_features as features
        on customer_segments.customer_id = features.customer_id
    inner join params
        on customer_segments.segmentation = params.segmentation
    left join segment_playbook as playbook
        on segments.archetype = playbook.archetype
    left join categories as first_categories
        on customer_segments.segment_key = first_categories.segment_key
        and first_categories.place = 1
    left join categories as next_categories
        on customer_segments.segment_key = next_categories.segment_key
        and next_categories.place = 2
    where customer_segments.segment_id > 0
        and params.segment in (segments.segment_name, segments.archetype)
        -- without a second segment nobody is on a border
        and coalesce(customer_segments.confidence, 1) >= params.confidence

)

select ranked.*
from ranked
cross join params
where ranked.place <= params.customers
order by ranked.place
