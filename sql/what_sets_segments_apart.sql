-- Question: what sets each segment apart, and is the difference more than chance?
-- Grain:    one row per segmentation, segment and feature, the most distinctive one of each segment first.
with

params as (

    select
        3 as features  -- how many at most, of each segment

)

select
    profiles.segmentation,
    segments.segment_name,
    profiles.distinctiveness_rank,
    profiles.feature,
    round(profiles.mean, 2) as mean,
    round(profiles.median, 2) as median,
    round(profiles.population_mean, 2) as everyone,
    round(profiles.effect_size, 2) as standard_deviations_from_others,
    case when profiles.is_significant then 'yes' else 'may be chance' end as is_more_than_chance
from segment_feature_profiles as profiles
inner join segments
    on profiles.segment_key = segments.segment_key
cross join params
where profiles.distinctiveness_rank <= params.features
order by
    profiles.segmentation,
    profiles.segment_id,
    profiles.distinctiveness_rank
