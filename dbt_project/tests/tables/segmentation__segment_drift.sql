{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_drift'),
    keys=[warehouse_segmentation.primary_key('segment_drift')],
    rules=[
        'psi >= 0',
        'bins >= 1',
        "status in ('stable', 'moderate', 'drifted')",
        "psi >= 0.1 or status = 'stable'"
    ]
) }}
