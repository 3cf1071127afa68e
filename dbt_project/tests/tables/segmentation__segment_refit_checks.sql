{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_refit_checks'),
    keys=[warehouse_segmentation.primary_key('segment_refit_checks')],
    references={'model_id': [ref('warehouse_segmentation', 'segment_models'), 'model_id']},
    rules=[
        'message is not null and passed is not null',
        "check_name not in ('movers', 'smallest_segment') or value between 0 and 1.000000001",
        'threshold between 0 and 1'
    ]
) }}
