-- Question: what should we do about each segment, where, and how do we see whether it works?
-- Grain:    one row per segmentation and segment that has customers, the one worth most first.
select
    profiles.segmentation,
    segments.segment_name,
    profiles.headline,
    playbook.strategy,
    playbook.promotion,
    playbook.channel,
    playbook.measure
from segment_profiles as profiles
inner join segments
    on profiles.segment_key = segments.segment_key
inner join segment_playbook as playbook
    on segments.archetype = playbook.archetype
where profiles.customers > 0
order by
    profiles.segmentation,
    profiles.revenue_share desc nulls last,
    profiles.segment_id
