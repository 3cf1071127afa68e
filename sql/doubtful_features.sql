-- Question: which features of our segmentations are doubtful, and what should we do about them?
-- Grain:    one row per segmentation and warning, the most serious first; a segmentation without warnings has one row.
select
    segmentations.segmentation,
    segmentations.status,
    coalesce(warnings.severity, 'none') as severity,
    warnings.warning,
    coalesce(warnings.message, 'Nothing is doubtful.') as message
from segmentations
left join feature_warnings as warnings
    on segmentations.segmentation = warnings.segmentation
order by
    segmentations.segmentation,
    warnings.position
