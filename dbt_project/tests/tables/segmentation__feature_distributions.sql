{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'feature_distributions'),
    keys=[warehouse_segmentation.primary_key('feature_distributions')],
    references={
        'feature': [ref('warehouse_segmentation', 'feature_catalog'), 'feature']
    },
    rules=[
        "kind in ('numeric', 'category')",
        "bin_kind in ('range', 'level', 'other', 'missing')",
        "(bin = 0) = (bin_kind = 'missing') and bin between 0 and 21",
        "bin_label is not null and (bin_kind = 'range') = (bin_lower is not null)",
        'bin_lower <= bin_upper',
        'customers >= 0 and customer_share between 0 and 1',
        'bin > 0 or customers = missing_customers'
    ]
) }}
