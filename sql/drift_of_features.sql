-- Question: are customers still like those that the segments were fitted on?
-- Grain:    one row per segmentation and feature today, the one that drifted most first.
select
    drifts.segmentation,
    drifts.feature,
    drifts.status,
    round(drifts.psi, 3) as psi,
    drifts.as_of_date,
    models.fitted_at,
    catalog.unit,
    catalog.definition
from segment_drift as drifts
inner join segmentations
    on drifts.segmentation = segmentations.segmentation
    and drifts.model_id = segmentations.model_id
    and drifts.as_of_date = segmentations.as_of_date
inner join segment_models as models
    on drifts.model_id = models.model_id
left join feature_catalog as catalog
    on drifts.feature = catalog.feature
order by
    drifts.segmentation,
    drifts.psi desc nulls last,
    drifts.feature
