{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'rfm_scores'),
    keys=[warehouse_segmentation.primary_key('rfm_scores')],
    references={
        'customer_id': [ref('warehouse_segmentation', 'customer_features'), 'customer_id'],
        'rfm_segment': [ref('warehouse_segmentation', 'rfm_rules'), 'rfm_segment']
    },
    rules=[
        'coalesce(recency_score between 1 and 5, false)',
        'coalesce(frequency_score between 1 and 5, false)',
        'coalesce(monetary_score between 1 and 5, false)',
        'rfm_segment is not null'
    ]
) }}
