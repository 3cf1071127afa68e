{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segment_rules'),
    keys=[warehouse_segmentation.primary_key('segment_rules')],
    references={
        'segment_key': [ref('warehouse_segmentation', 'segments'), 'segment_key']
    },
    rules=[
        "rule <> ''",
        'precision between 0 and 1 and recall between 0 and 1',
        'named_customers >= 0',
        'sql_predicate is not null or (named_customers is null and precision is null and recall is null)',
        'sql_predicate is null or named_customers is not null'
    ]
) }}
