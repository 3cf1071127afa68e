{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_history'),
    keys=[['segmentation', 'customer_id', 'valid_from']],
    rules=[
        'segment_id is not null',
        'segment_id <> previous_segment_id'
    ]
) }}
