{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_k_selection'),
    keys=[warehouse_segmentation.primary_key('segment_k_selection')],
    references={
        'model_id': [ref('warehouse_segmentation', 'segment_models'), 'model_id']
    },
    rules=[
        'k >= 1 and smallest_share between 0 and 1',
        'silhouette between -1 and 1 and inertia >= 0',
        'is_chosen is not null and (not is_chosen or is_in_range)'
    ]
) }}
