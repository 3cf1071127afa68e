{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_profiles'),
    keys=[warehouse_segmentation.primary_key('segment_profiles')],
    references={
        'segment_key': [ref('warehouse_segmentation', 'segments'), 'segment_key']
    },
    rules=[
        'customers >= 0 and customer_share between 0 and 1',
        '(net_revenue_last_365d is null) = (net_revenue is null)',
        '(customers_active_last_365d is null) = (net_revenue is null) and customers_active_last_365d between 0 and customers',
        '(avg_net_revenue is null) = (customers = 0 or net_revenue is null)',
        '(avg_orders is null) = (avg_net_revenue is null)',
        'avg_confidence between 0 and 1',
        "headline like '%.'"
    ]
) }}
