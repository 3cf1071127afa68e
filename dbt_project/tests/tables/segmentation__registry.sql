-- The keys of all tables of the registry, which only a fit, an export or `segment forget` writes.
{%- set keys = {
    'model_runs': ['model_id'],
    'model_events': ['event_id'],
    'model_features': ['model_id', 'position'],
    'model_bins': ['model_id', 'feature', 'bin'],
    'model_candidates': ['model_id', 'k'],
    'model_segments': ['model_id', 'segment_id'],
    'model_centroids': ['model_id', 'segment_id', 'position'],
    'model_rules': ['model_id', 'segment_id'],
    'model_lineage': ['model_id', 'segment_id', 'previous_segment_id'],
    'runs': ['run_id', 'written_at'],
    'export_changes': ['export_id', 'customer_id'],
    'forgotten': ['customer_hash'],
} %}
{%- for table, key in keys.items() %}
select
    '{{ table }}' as relation,
    promise,
    broken
from (
    {{ warehouse_segmentation.broken_promises(ref('warehouse_segmentation', 'int_segmentation__' ~ table), keys=[key]) }}
) as {{ table }}
{{ 'union all' if not loop.last }}
{%- endfor %}
