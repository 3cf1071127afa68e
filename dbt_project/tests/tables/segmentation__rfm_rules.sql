{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'rfm_rules'),
    keys=[warehouse_segmentation.primary_key('rfm_rules')],
    rules=[
        "coalesce(rfm_segment, '') <> ''",
        'coalesce(recency_min <= recency_max, false)',
        'coalesce(frequency_min <= frequency_max, false)',
        'coalesce(monetary_min <= monetary_max, false)',
        'coalesce(frequency_monetary_min <= frequency_monetary_max, false)'
    ]
) }}
