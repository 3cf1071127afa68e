{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'input_checks'),
    keys=[warehouse_segmentation.primary_key('input_checks')],
    rules=[
        "input in ('all', 'customers', 'transactions', 'events')",
        "status in ('passed', 'warning', 'stopped', 'accepted')",
        "check_name in ('earlier_run', 'as_of_date', 'has_rows', 'rejected_rows', 'newly_rejected_rows', 'lost_rows', "
            ~ "'lost_customers', 'lost_months', 'shrunk_months', 'rolling_gap', 'kept_lines', 'known_buyers', "
            ~ "'customers_who_ordered', 'known_events', 'customer_of_many_orders', 'unknown_status', 'new_column', "
            ~ "'lost_column', 'highest_value', 'lowest_value', 'emails', 'phones')",
        "message is not null and message like '%.'"
    ]
) }}
