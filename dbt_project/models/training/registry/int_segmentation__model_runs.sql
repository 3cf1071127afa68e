-- One row per fit, written last: without it nothing of the model is read.
{{ warehouse_segmentation.registry_rows({
    'model_id': 'string', 'segmentation': 'string', 'fitted_at': 'timestamp', 'status': 'string',
    'as_of_date': 'date', 'k': 'int', 'k_reason': 'string', 'verdict': 'string', 'verdict_reason':
    'string', 'is_provisional': 'boolean', 'advice': 'string', 'silhouette': 'double', 'davies_bouldin': 'double', 'calinski_harabasz': 'double',
    'stability': 'double', 'inertia': 'double', 'lloyd_improvement': 'double', 'lloyd_steps': 'int', 'customers': 'bigint', 'sample_size': 'bigint',
    'seed': 'bigint', 'spec_hash': 'string', 'spec': 'string', 'input_fingerprint': 'string',
    'versions': 'string', 'previous_model_id': 'string', 'schema_version': 'int', 'refit_reason': 'string',
    'compared_model_id': 'string', 'compared_silhouette': 'double', 'previous_silhouette': 'double', 'previous_stability': 'double'
}) }}
