{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_centroids'),
    keys=[['model_id', 'segment_id', 'feature'], warehouse_segmentation.primary_key('segment_centroids')],
    references={
        'model_id': [ref('warehouse_segmentation', 'segment_models'), 'model_id']
    },
    rules=[
        'centroid is not null and centroid_value is not null',
        'segment_id > 0'
    ]
) }}
