-- What preparation learnt, one row per prepared column, frozen with the model.
{{ warehouse_segmentation.registry_rows({
    'model_id': 'string', 'position': 'int', 'label': 'string', 'feature': 'string', 'kind':
    'string', 'level_kind': 'string', 'level': 'string', 'transform': 'string', 'weight': 'double',
    'impute_value': 'double', 'lower_bound': 'double', 'upper_bound': 'double', 'mean': 'double',
    'standard_deviation': 'double'
}) }}
