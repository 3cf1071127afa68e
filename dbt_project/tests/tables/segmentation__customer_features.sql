{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'customer_features'),
    keys=[warehouse_segmentation.primary_key('customer_features')],
    rules=[
        'orders >= 0 and orders_last_90d between 0 and orders',
        '(orders > 0) = (days_since_last_order is not null)',
        '(orders > 0) = (avg_order_value is not null)',
        '(orders > 1) = (avg_days_between_orders is not null)',
        'days_since_last_order >= 1 and days_since_first_order >= days_since_last_order',
        '(orders is null) = ' ~ ('false' if warehouse_segmentation.input_config('transactions') is not none else 'true'),
        '(net_revenue is null) = (orders is null) and (orders_last_90d is null) = (orders is null)',
        '(net_revenue_last_90d is null) = (orders is null) and (net_revenue_last_365d is null) = (orders is null)',
        'avg_order_value > 0 and return_rate >= 0 and distinct_products >= 0',
        'order_value_cv >= 0 and revenue_trend between -1 and 1',
        'top_category_share > 0 and top_category_share <= 1',
        'discount_share between 0 and 1 and weekend_order_share between 0 and 1',
        'avg_order_hour >= 0 and avg_order_hour < 24',
        'active_days_last_90d between 0 and 90 and active_days_last_90d <= events_last_90d',
        'days_since_last_event >= 1 and tenure_days >= 1',
        'age between 0 and 120 and annual_income >= 0'
    ]
) }}
