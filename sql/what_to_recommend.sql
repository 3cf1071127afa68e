-- Question: what does each segment buy more often than others, so that we can recommend it?
-- Grain:    one row per segmentation, segment and recommended category or product.
select
    recommendations.segmentation,
    segments.segment_name,
    recommendations.rank,
    recommendations.item_type,
    coalesce(recommendations.product_name, recommendations.product_id, recommendations.category) as item,
    recommendations.customers,
    round(100 * recommendations.customer_share, 1) as percent_of_segment,
    round(recommendations.lift, 2) as times_as_often_as_others
from segment_recommendations as recommendations
inner join segments
    on recommendations.segment_key = segments.segment_key
order by
    recommendations.segmentation,
    recommendations.segment_id,
    recommendations.rank
