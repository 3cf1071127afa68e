{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'rejected_records'),
    rules=[
        'input is not null and reason is not null and record is not null',
        "scope in ('row', 'value')",
        "scope = 'row' or customer_id is not null"
    ]
) }}
