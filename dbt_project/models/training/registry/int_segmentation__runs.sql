-- The outcome of each `segment run` and `segment backfill`; a run's newest row counts.
{{ warehouse_segmentation.registry_rows({
    'run_id': 'string', 'written_at': 'timestamp', 'command': 'string', 'status': 'string', 'failure': 'string',
    'as_of_date': 'date', 'started_at': 'timestamp', 'finished_at': 'timestamp', 'customer_rows': 'bigint',
    'transaction_rows': 'bigint', 'event_rows': 'bigint', 'rejected_share': 'double', 'new_customers': 'bigint',
    'gone_customers': 'bigint', 'moved_by_behaviour': 'bigint', 'moved_by_model': 'bigint', 'moved_by_both': 'bigint',
    'largest_drift': 'double', 'refit_reason': 'string', 'decision': 'string', 'warnings': 'bigint', 'warning_texts': 'string'
}) }}
