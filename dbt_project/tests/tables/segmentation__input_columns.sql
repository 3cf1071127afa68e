{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'input_columns'),
    keys=[['input', 'column_name'], warehouse_segmentation.primary_key('input_columns')],
    rules=[
        "input in ('customers', 'transactions', 'events')",
        "kind in ('id', 'moment', 'number', 'flag', 'category', 'text')",
        'rows >= filled_rows and filled_rows >= nothing_rows + unread_rows',
        'nothing_rows >= 0 and unread_rows >= 0 and share_read between 0 and 1',
        'expression is not null and reading is not null',
        '(unread_rows = 0) = (unread_example is null)'
    ]
) }}
