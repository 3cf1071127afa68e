-- Question: which features rise and fall together, so that one of them would do?
-- Grain:    one row per pair of features, at most 30, the closest first.
select
    feature,
    other_feature,
    round(spearman, 2) as spearman,
    round(pearson, 2) as pearson,
    customers as sampled_customers
from feature_correlations
where feature < other_feature
    and spearman is not null
order by
    -- what differs less is equal, on every engine
    round(abs(spearman), 6) desc,
    feature,
    other_feature
limit 30
