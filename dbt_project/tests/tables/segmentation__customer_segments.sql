{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'customer_segments'),
    keys=[warehouse_segmentation.primary_key('customer_segments')],
    references={
        'segment_key': [ref('warehouse_segmentation', 'segments'), 'segment_key'],
        'customer_id': [ref('warehouse_segmentation', 'customer_features'), 'customer_id'],
        'model_id': [ref('warehouse_segmentation', 'segment_models'), 'model_id']
    },
    rules=[
        'segment_id >= 0 and segment_name is not null and as_of_date is not null',
        '(segment_id = 0) = (distance is null)',
        'distance >= 0 and distance <= second_distance',
        'confidence between 0 and 1',
        '(second_segment_id is null) = (second_distance is null)',
        'second_segment_id > 0 and second_segment_id <> segment_id',
        '(segment_id = 0) = (is_outlier is null)',
        'segment_id = 0 or model_id is not null',
        'segment_since is not null and segment_since <= as_of_date'
    ]
) }}
