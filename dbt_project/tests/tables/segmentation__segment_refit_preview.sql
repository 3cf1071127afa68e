{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_refit_preview'),
    keys=[warehouse_segmentation.primary_key('segment_refit_preview')],
    references={
        'from_segment_key': [ref('warehouse_segmentation', 'segments'), 'segment_key'],
        'model_id': [ref('warehouse_segmentation', 'segment_models'), 'model_id'],
        'active_model_id': [ref('warehouse_segmentation', 'segment_models'), 'model_id']
    },
    rules=[
        'customers > 0 and share > 0 and share <= 1',
        'from_segment_id > 0 or to_segment_id > 0',
        'model_id <> active_model_id'
    ]
) }}

union all

select
    'the shares of a candidate add to 1' as promise,
    count(*) as broken
from (
    select sum(share) as share
    from {{ ref('warehouse_segmentation', 'segment_refit_preview') }}
    group by segmentation, model_id
) as summed
where abs(share - 1) > 1e-9
having count(*) > 0
