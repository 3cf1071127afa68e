{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_drift'),
    keys=[['segmentation', 'as_of_date', 'feature']],
    rules=[
        'psi >= 0',
        'bins >= 1',
        "status in ('stable', 'moderate', 'drifted')",
        "psi >= 0.1 or status = 'stable'"
    ]
) }}
