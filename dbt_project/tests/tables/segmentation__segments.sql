{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'segments'),
    keys=[warehouse_segmentation.primary_key('segments'), ['segment_key'], ['segmentation', 'sort_order']],
    rules=[
        'segment_name is not null',
        'segment_id >= 0',
        '(segment_id = 0) = (first_model_id is null) and (segment_id = 0) = (last_model_id is null)',
        'segment_id > 0 or (archetype is null and strategy is null)',
        'sort_order between 1 and 1000 and (segment_id = 0) = (sort_order = 1000)',
        "colour like '#______'",
        "status in ('active', 'retired')"
    ]
) }}
