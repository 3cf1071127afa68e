{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_history'),
    keys=[warehouse_segmentation.primary_key('segment_history')],
    rules=[
        'segment_id is not null',
        'segment_id <> previous_segment_id',
        '(move_cause is null) = (previous_segment_id is null)',
        "move_cause in ('behaviour', 'model', 'both')"
    ]
) }}
