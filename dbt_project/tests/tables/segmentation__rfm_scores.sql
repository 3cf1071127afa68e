{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'rfm_scores'),
    keys=[['customer_id']],
    references={
        'customer_id': [ref('warehouse_segmentation', 'customer_features'), 'customer_id']
    },
    rules=[
        'coalesce(recency_score between 1 and 5, false)',
        'coalesce(frequency_score between 1 and 5, false)',
        'coalesce(monetary_score between 1 and 5, false)',
        "rfm_segment in ('Champions', 'Loyal', 'Potential loyalist', 'New', 'Promising', 'Need attention', "
            ~ "'About to sleep', 'Cannot lose them', 'At risk', 'Hibernating', 'Lost')"
    ]
) }}
