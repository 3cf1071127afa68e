{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'customer_segments_wide'),
    keys=[warehouse_segmentation.primary_key('customer_segments_wide')]
) }}
