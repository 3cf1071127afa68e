-- Question: how good are our segmentations, and are they still up to date?
-- Grain:    one row per segmentation.
with

params as (

    select
        0.1 as confidence  -- below it a customer is on the border between two segments

),

assignments as (

    select
        customer_segments.segmentation,
        count(*) as customers,
        avg(customer_segments.confidence) as avg_confidence,
        count(case when customer_segments.confidence < params.confidence then 1 end) as on_the_border,
        count(case when customer_segments.is_outlier then 1 end) as outliers

    from customer_segments
    cross join params
    where customer_segments.segment_id > 0
    group by customer_segments.segmentation

),

drifts as (

    select
        segmentation,
        model_id,
        as_of_date,
        feature,
        psi,
        status,
        row_number() over (
            partition by segmentation, model_id, as_of_date
            order by psi desc nulls last, feature
        ) as place

    from segment_drift

),

doubts as (

    select
        segmentation,
        count(*) as feature_warnings

    from feature_warnings
    group by segmentation

)

select
    segmentations.segmentation,
    segmentations.status,
    segmentations.as_of_date,
    models.fitted_at,
    models.k as segments,
    models.verdict,
    round(models.silhouette, 2) as silhouette,
    round(models.stability, 2) as stability,
    assignments.customers,
    round(assignments.avg_confidence, 2) as avg_confidence,
    round(100 * cast(assignments.on_the_border as double) / assignments.customers, 1) as percent_on_the_border,
    round(100 * cast(assignments.outliers as double) / assignments.customers, 1) as percent_outliers,
    drifts.feature as most_drifted_feature,
    drifts.status as drift,
    coalesce(doubts.feature_warnings, 0) as feature_warnings,
    coalesce(segmentations.reason, models.advice) as what_to_mind
from segmentations
left join segment_models as models
    on segmentations.model_id = models.model_id
left join assignments
    on segmentations.segmentation = assignments.segmentation
left join drifts
    on segmentations.segmentation = drifts.segmentation
    and segmentations.model_id = drifts.model_id
    and segmentations.as_of_date = drifts.as_of_date
    and drifts.place = 1
left join doubts
    on segmentations.segmentation = doubts.segmentation
order by segmentations.segmentation
