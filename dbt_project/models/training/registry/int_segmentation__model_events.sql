-- The events of a model after its fit; its status is its newest event.
{{ warehouse_segmentation.registry_rows({
    'event_id': 'string', 'model_id': 'string', 'event_at': 'timestamp', 'status': 'string', 'note':
    'string', 'action': 'string', 'decided_by': 'string', 'as_of_date': 'date', 'spec_hash': 'string'
}) }}
