-- Who is kept out of every input, by hash only; `segment forget` writes it.
{{ warehouse_segmentation.registry_rows({'customer_hash': 'string', 'salt': 'string', 'forgotten_at': 'timestamp'}) }}
