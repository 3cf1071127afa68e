-- The short rule that the fit found for each segment.
{{ warehouse_segmentation.registry_rows({
    'model_id': 'string', 'segment_id': 'int', 'rule': 'string', 'sql_predicate': 'string'
}) }}
