-- What the fit says about each segment: its name and the segment it was matched to.
{{ warehouse_segmentation.registry_rows({
    'model_id': 'string', 'segment_id': 'int', 'segment_name': 'string', 'description': 'string',
    'sampled_customers': 'bigint', 'is_new': 'boolean', 'outlier_bound': 'double', 'archetype': 'string',
    'customers': 'double'
}) }}
