{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_recommendations'),
    keys=[warehouse_segmentation.primary_key('segment_recommendations')],
    references={
        'segment_key': [ref('warehouse_segmentation', 'segments'), 'segment_key']
    },
    rules=[
        "item_type in ('category', 'product')",
        "(item_type = 'product') = (product_id is not null)",
        "item_type = 'product' or (category is not null and product_name is null)",
        'customers >= ' ~ var('min_cell_size'),
        'customer_share > 0 and customer_share <= 1',
        'share > 0 and share <= 1',
        'share_elsewhere between 0 and 1',
        'lift >= 1.1'
    ]
) }}
