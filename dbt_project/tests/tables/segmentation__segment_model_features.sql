{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_model_features'),
    keys=[warehouse_segmentation.primary_key('segment_model_features'), ['model_id', 'feature']],
    references={
        'model_id': [ref('warehouse_segmentation', 'segment_models'), 'model_id']
    },
    rules=[
        'transformed_mean is not null and transformed_standard_deviation > 0 and weight > 0',
        'lower_cap <= upper_cap',
        "(kind = 'numeric') = (impute_value is not null)",
        "kind = 'numeric' or lower_cap is null",
        "base_feature is not null and (kind = 'numeric') = (level_kind is null)",
        "level_kind in ('level', 'missing', 'other')",
        "(coalesce(level_kind, '') = 'level') = (level is not null)"
    ]
) }}
