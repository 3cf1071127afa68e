{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_feature_profiles'),
    keys=[
        ['segmentation', 'segment_id', 'feature'],
        warehouse_segmentation.primary_key('segment_feature_profiles'),
        ['segmentation', 'segment_id', 'distinctiveness_rank']
    ],
    references={
        'segment_key': [ref('warehouse_segmentation', 'segments'), 'segment_key']
    },
    rules=[
        'p10 <= median and median <= p90',
        'z_score is not null',
        'standard_deviation >= 0 and known_customers >= 0',
        'p_value between 0 and 1',
        'abs(effect_size) >= abs(z_score)',
        'is_significant is not null and not (is_significant and p_value is null)'
    ]
) }}
