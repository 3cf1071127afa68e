-- The distribution of each feature at the fit.
{{ warehouse_segmentation.registry_rows({
    'model_id': 'string', 'feature': 'string', 'bin': 'int', 'kind': 'string', 'lower': 'double',
    'upper': 'double', 'level': 'string', 'expected_share': 'double'
}) }}
