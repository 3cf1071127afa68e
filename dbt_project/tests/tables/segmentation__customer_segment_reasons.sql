{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'customer_segment_reasons'),
    keys=[warehouse_segmentation.primary_key('customer_segment_reasons'), ['segmentation', 'customer_id', 'feature']],
    references={
        'segment_key': [ref('warehouse_segmentation', 'segments'), 'segment_key']
    },
    rules=[
        'segment_id > 0 and second_segment_id > 0 and segment_id <> second_segment_id',
        'effect is not null',
        'segment_typical is not null and second_typical is not null and population_typical is not null',
        "reason <> '' and value <> ''"
    ],
    where=warehouse_segmentation.in_sample(2000, '(select count(*) from ' ~ ref('warehouse_segmentation', 'customer_features') ~ ')')
) }}
