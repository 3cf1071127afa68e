{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_lineage'),
    keys=[warehouse_segmentation.primary_key('segment_lineage')],
    references={
        'segment_key': [ref('warehouse_segmentation', 'segments'), 'segment_key'],
        'model_id': [ref('warehouse_segmentation', 'segment_models'), 'model_id']
    },
    rules=[
        "event in ('kept', 'split', 'merged', 'born', 'retired')",
        "(event = 'born') = (previous_segment_id = 0)",
        "event not in ('kept', 'retired') or segment_id = previous_segment_id",
        "event not in ('split', 'merged') or segment_id <> previous_segment_id",
        'customers >= 0 and overlap between 0 and 1',
        "event in ('kept', 'split', 'merged') or share_of_old is null and share_of_new is null",
        'share_of_old between 0 and 1 and share_of_new between 0 and 1'
    ]
) }}
