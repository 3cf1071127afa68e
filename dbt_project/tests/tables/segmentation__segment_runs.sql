{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_runs'),
    keys=[warehouse_segmentation.primary_key('segment_runs')],
    rules=[
        'started_at is not null and command is not null',
        "status in ('running', 'succeeded', 'failed', 'interrupted')",
        "(status = 'failed') = (failure is not null)",
        "(status in ('succeeded', 'failed')) = (finished_at is not null)",
        'finished_at >= started_at',
        'customer_rows >= 0 and transaction_rows >= 0 and event_rows >= 0',
        'rejected_share between 0 and 1 and largest_drift >= 0',
        'new_customers >= 0 and gone_customers >= 0',
        'moved_by_behaviour >= 0 and moved_by_model >= 0 and moved_by_both >= 0',
        'warnings >= 0'
    ]
) }}
