-- Question: which features rise and fall together, so that one of them would do?
-- Grain:    one row per pair of features, at most 30, the closest first.
select
    correlations.feature,
    correlations.other_feature,
    round(correlations.spearman, 2) as spearman,
    round(correlations.pearson, 2) as pearson,
    correlations.customers as sampled_customers
from feature_correlations as correlations
where correlations.feature < correlations.other_feature
    and correlations.spearman is not null
order by
    -- with its table: by the bare name, Spark would order by the rounded value above
    abs(correlations.spearman) desc,
    correlations.feature,
    correlations.other_feature
limit 30
