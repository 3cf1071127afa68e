{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'rfm_cutpoints'),
    keys=[warehouse_segmentation.primary_key('rfm_cutpoints')]
) }}
