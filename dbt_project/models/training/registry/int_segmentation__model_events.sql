-- The events of a model after its fit; its status is its newest event.
{{ warehouse_segmentation.registry_rows({
    'event_id': 'string', 'model_id': 'string', 'event_at': 'timestamp', 'status': 'string', 'note':
    'string'
}) }}
