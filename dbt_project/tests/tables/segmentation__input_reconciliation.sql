{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'input_reconciliation'),
    keys=[warehouse_segmentation.primary_key('input_reconciliation')],
    rules=[
        "input in ('customers', 'transactions', 'events')",
        "reason in ('used', 'before_lookback', 'missing_customer_id', 'missing_order_id', 'missing_amount', "
            ~ "'unparsable_date', 'implausible_date', 'future_date', 'ignored_status', 'duplicate_customer_id', "
            ~ "'duplicate_line_id', 'unknown_customer', 'age_out_of_range', 'unparsable_birth_date', "
            ~ "'unparsable_age', 'negative_income', 'unparsable_income', 'unparsable_spending_score', "
            ~ "'implausible_sign_up', 'unparsable_sign_up', 'future_sign_up', 'unparsable_band', 'unparsable_amount', "
            ~ "'unparsable_value', 'stand_in_date', 'discount_above_line', 'changed_too_late', 'of_earlier_files', 'forgotten')",
        "outcome in ('used', 'rejected', 'set_aside', 'forgotten', 'not_read', 'kept', 'value_removed')",
        'rows >= 0'
    ]
) }}
