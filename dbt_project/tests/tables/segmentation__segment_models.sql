{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_models'),
    keys=[warehouse_segmentation.primary_key('segment_models')],
    rules=[
        'segmentation is not null and fitted_at is not null and spec_hash is not null',
        'k >= 1 and k <= sample_size and sample_size <= customers',
        'silhouette between -1 and 1',
        'davies_bouldin >= 0 and calinski_harabasz >= 0 and inertia >= 0',
        'lloyd_improvement between 0 and 1 and lloyd_steps >= 0',
        'stability <= 1',
        "status in ('candidate', 'active', 'retired', 'rejected')",
        "verdict in ('strong', 'weak', 'none')"
    ]
) }}
