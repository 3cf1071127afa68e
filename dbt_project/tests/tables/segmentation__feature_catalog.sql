{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'feature_catalog'),
    keys=[warehouse_segmentation.primary_key('feature_catalog')],
    rules=[
        "feature_group in ('rfm', 'spend', 'engagement', 'demographics', 'attributes')",
        "label <> ''",
        "kind in ('numeric', 'category', 'other')",
        "kind <> 'category' or when_missing is not null"
    ]
) }}
