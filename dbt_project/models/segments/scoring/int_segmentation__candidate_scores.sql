-- depends_on: {{ ref('warehouse_segmentation', 'segment_models') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_runs') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_centroids') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_segments') }}

{{ warehouse_segmentation.places_by(warehouse_segmentation.scorable_models(warehouse_segmentation.models_with_status('candidate'))) }}
