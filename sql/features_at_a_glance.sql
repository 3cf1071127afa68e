-- Question: what do our customers' features look like, what is missing, and what is far out?
-- Grain:    one row per feature, the one with most values missing first.
select
    catalog.feature,
    catalog.unit,
    catalog.source,
    round(100 * statistics.missing_share, 1) as percent_missing,
    statistics.distinct_values,
    statistics.minimum,
    statistics.p25,
    statistics.median,
    statistics.p75,
    statistics.maximum,
    round(statistics.skewness, 1) as skewness,
    round(100 * statistics.outlier_share, 1) as percent_outliers,
    catalog.definition
from feature_statistics as statistics
inner join feature_catalog as catalog
    on statistics.feature = catalog.feature
order by
    statistics.missing_share desc,
    catalog.feature
