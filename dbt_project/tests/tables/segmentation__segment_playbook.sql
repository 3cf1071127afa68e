{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_playbook'),
    keys=[warehouse_segmentation.primary_key('segment_playbook'), ['position']],
    rules=[
        "archetype <> ''",
        'recency_min between 0 and recency_max and recency_max <= 1',
        'frequency_min between 0 and frequency_max and frequency_max <= 1',
        'monetary_min between 0 and monetary_max and monetary_max <= 1',
        'basket_min between 0 and basket_max and basket_max <= 1',
        'discount_min between 0 and discount_max and discount_max <= 1',
        'tenure_min between 0 and tenure_max and tenure_max <= 1'
    ]
) }}
