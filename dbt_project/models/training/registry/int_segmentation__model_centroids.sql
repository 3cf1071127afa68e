-- Where the segments lie, a row a segment and prepared column.
{{ warehouse_segmentation.registry_rows({
    'model_id': 'string', 'segment_id': 'int', 'position': 'int', 'centroid': 'double', 'claim': 'int'
}) }}
