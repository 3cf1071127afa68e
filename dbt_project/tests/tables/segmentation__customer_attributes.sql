{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'customer_attributes'),
    keys=[warehouse_segmentation.primary_key('customer_attributes')]
) }}
