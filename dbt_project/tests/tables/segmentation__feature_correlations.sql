{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'feature_correlations'),
    keys=[warehouse_segmentation.primary_key('feature_correlations')],
    references={
        'feature': [ref('warehouse_segmentation', 'feature_catalog'), 'feature'],
        'other_feature': [ref('warehouse_segmentation', 'feature_catalog'), 'feature']
    },
    rules=[
        'customers >= 0',
        'pearson between -1 and 1 and spearman between -1 and 1',
        'feature <> other_feature or (pearson = 1 and spearman = 1)',
        'customers > 1 or feature = other_feature or (pearson is null and spearman is null)'
    ]
) }}
