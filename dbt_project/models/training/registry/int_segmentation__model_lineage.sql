-- What became of every segment from the model before to this one.
{{ warehouse_segmentation.registry_rows({
    'model_id': 'string', 'segment_id': 'int', 'previous_segment_id': 'int', 'event': 'string',
    'customers': 'double', 'overlap': 'double', 'share_of_old': 'double', 'share_of_new': 'double'
}) }}
