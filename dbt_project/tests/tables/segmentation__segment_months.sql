{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_months'),
    keys=[warehouse_segmentation.primary_key('segment_months')],
    references={
        'segment_key': [ref('warehouse_segmentation', 'segments'), 'segment_key']
    },
    rules=[
        'customers >= 0 and customers_in between 0 and customers and customers_out >= 0',
        '(customers_in is null) = (customers_out is null)',
        '(orders is null) = (active_customers is null) and (orders is null) = (net_revenue is null)',
        'active_customers between 0 and customers and orders >= active_customers',
        'orders = 0 or active_customers > 0',
        'as_of_date > ' ~ warehouse_segmentation.month_floor('month_end'),
        'as_of_date <= ' ~ warehouse_segmentation.add_days('month_end', 1)
    ]
) }}
