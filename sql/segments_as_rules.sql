-- Question: who is in each segment, in one rule, and how far can it be trusted?
-- Grain:    one row per segmentation and segment in use.
select
    rules.segmentation,
    segments.segment_name,
    rules.rule,
    round(100 * rules.precision, 0) as percent_of_those_it_names_are_in,
    round(100 * rules.recall, 0) as percent_of_the_segment_it_finds,
    rules.sql_predicate
from segment_rules as rules
inner join segments
    on rules.segment_key = segments.segment_key
order by
    rules.segmentation,
    rules.segment_id
