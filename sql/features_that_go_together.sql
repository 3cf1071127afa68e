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
    -- with its table: by the name alone, Spark orders by what is rounded above
    abs(correlations.spearman) desc,
    correlations.feature,
    correlations.other_feature
limit 30
