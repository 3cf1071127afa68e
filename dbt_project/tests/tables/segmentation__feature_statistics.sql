{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'feature_statistics'),
    keys=[warehouse_segmentation.primary_key('feature_statistics')],
    references={
        'feature': [ref('warehouse_segmentation', 'feature_catalog'), 'feature']
    },
    rules=[
        "kind in ('numeric', 'category')",
        'known_customers + missing_customers = customers',
        'missing_share between 0 and 1 and outlier_share between 0 and 1',
        "kind = 'numeric' or (mean is null and minimum is null and outliers is null)",
        "kind = 'category' or (known_customers > 0) = (mean is not null)",
        '(mean is null) = (minimum is null) and (mean is null) = (standard_deviation is null)',
        'minimum <= p1 and p1 <= p25 and p25 <= median and median <= p75 and p75 <= p99 and p99 <= maximum',
        'standard_deviation >= 0 and distinct_values between 0 and known_customers',
        '(lower_fence is null) = (outliers is null) and outliers_below + outliers_above = outliers'
    ]
) }}
