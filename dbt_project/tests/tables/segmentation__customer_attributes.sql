{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'customer_attributes'),
    keys=[['customer_id']]
) }}
