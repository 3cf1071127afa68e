{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'customer_features'),
    keys=[['customer_id']],
    rules=[
        'orders >= 0 and orders_last_90d between 0 and orders',
        '(orders > 0) = (days_since_last_order is not null)',
        '(orders > 0) = (avg_order_value is not null)',
        '(orders > 1) = (avg_days_between_orders is not null)',
        'days_since_last_order >= 1 and days_since_first_order >= days_since_last_order',
        'net_revenue is not null and net_revenue_last_90d is not null',
        'avg_order_value > 0 and return_rate >= 0 and distinct_products >= 0',
        'age between 0 and 120 and annual_income >= 0'
    ]
) }}
