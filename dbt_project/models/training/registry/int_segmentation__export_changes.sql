-- Who was handed over to other systems and taken back, by id only; `segment export --changes` writes it.
{{ warehouse_segmentation.registry_rows({
    'export_id': 'string', 'export_name': 'string', 'exported_at': 'timestamp', 'customer_id':
    'string', 'change': 'string'
}) }}
