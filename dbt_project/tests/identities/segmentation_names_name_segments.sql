-- A name given by people belongs to a segment that some model had, and no segment has two.
{%- set names = var('segment_names', none) %}
{%- if names is none %}
select 1 as problem
where false
{%- else %}
select *
from (
{{ warehouse_segmentation.wrong_segment_names(warehouse_segmentation.relation_of(names, 'segment_names')) }}
) as wrong
{%- endif %}
