-- Question: how do the segments compare with the classic RFM groups?
-- Grain:    one row per segmentation, segment and RFM group that occurs.
select
    customer_segments.segmentation,
    customer_segments.segment_id,
    customer_segments.segment_name,
    rfm_scores.rfm_segment,
    count(*) as customers,
    round(100 * cast(count(*) as double) / sum(count(*)) over (
        partition by customer_segments.segmentation, customer_segments.segment_id
    ), 1) as percent_of_segment,
    round(avg(rfm_scores.recency_score), 1) as avg_recency_score,
    round(avg(rfm_scores.frequency_score), 1) as avg_frequency_score,
    round(avg(rfm_scores.monetary_score), 1) as avg_monetary_score
from customer_segments
inner join rfm_scores
    on customer_segments.customer_id = rfm_scores.customer_id
group by
    customer_segments.segmentation,
    customer_segments.segment_id,
    customer_segments.segment_name,
    rfm_scores.rfm_segment
order by
    customer_segments.segmentation,
    customer_segments.segment_id,
    customers desc,
    rfm_scores.rfm_segment
