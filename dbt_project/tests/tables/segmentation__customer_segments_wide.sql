{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'customer_segments_wide'),
    keys=[['customer_id']]
) }}
