{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segmentations'),
    keys=[warehouse_segmentation.primary_key('segmentations')],
    references={
        'model_id': [ref('warehouse_segmentation', 'segment_models'), 'model_id']
    },
    rules=[
        "(status = 'active') = (model_id is not null)",
        '(model_id is null) = (verdict is null) and (verdict is null) = (verdict_reason is null)',
        "status = 'active' or (reason is not null and customers = 0)",
        'as_of_date is not null and customers is not null',
        "status in ('active', 'awaiting_fit', 'skipped')"
    ]
) }}
