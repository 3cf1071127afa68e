-- Every number of segments that was tried.
{{ warehouse_segmentation.registry_rows({
    'model_id': 'string', 'k': 'int', 'is_in_range': 'boolean', 'inertia': 'double', 'silhouette': 'double', 'davies_bouldin':
    'double', 'calinski_harabasz': 'double', 'stability': 'double', 'smallest_share': 'double', 'reference_silhouette': 'double',
    'silhouette_excess': 'double', 'valley_worst': 'double', 'valley_mean': 'double', 'reference_valley': 'double',
    'is_elbow': 'boolean', 'is_best_silhouette': 'boolean', 'is_chosen': 'boolean'
}) }}
