{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'rfm_cutpoints'),
    keys=[['measure', 'boundary']]
) }}
