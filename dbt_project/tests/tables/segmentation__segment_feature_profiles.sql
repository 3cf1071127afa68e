{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_feature_profiles'),
    keys=[
        ['segmentation', 'segment_id', 'feature'],
        ['segmentation', 'segment_id', 'position'],
        ['segmentation', 'segment_id', 'distinctiveness_rank']
    ],
    references={
        'segment_key': [ref('warehouse_segmentation', 'segments'), 'segment_key']
    },
    rules=[
        'p10 <= median and median <= p90',
        'z_score is not null'
    ]
) }}
