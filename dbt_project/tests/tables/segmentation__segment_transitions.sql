{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_transitions'),
    keys=[warehouse_segmentation.primary_key('segment_transitions')],
    references={
        'from_segment_key': [ref('warehouse_segmentation', 'segments'), 'segment_key'],
        'to_segment_key': [ref('warehouse_segmentation', 'segments'), 'segment_key']
    },
    rules=[
        'from_date < to_date',
        'customers > 0',
        'not is_new or not is_gone and from_segment_id = 0',
        'not is_gone or to_segment_id = 0',
        'moved_by_behaviour >= 0 and moved_by_model >= 0 and moved_by_both >= 0',
        'moved_by_behaviour + moved_by_model + moved_by_both = case when from_segment_id = to_segment_id or is_new or is_gone then 0 else customers end'
    ]
) }}
