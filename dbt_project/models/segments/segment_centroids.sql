with

models as (

    select
        model_id,
        segmentation

    from {{ ref('warehouse_segmentation', 'segment_models') }}

),

features as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}

),

centroids as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__model_centroids') }}

),

-- back from the prepared space: unweighted and unstandardised, still under the transform
unscaled as (

    select
        models.segmentation,
        centroids.model_id,
        centroids.segment_id,
        features.label as feature,
        features.position,
        features.transform,
        centroids.centroid,
        {{ warehouse_segmentation.unscaled('centroids.centroid', prefix='features.') }} as transformed_value

    from centroids
    inner join models
        on centroids.model_id = models.model_id
    inner join features
        on centroids.model_id = features.model_id
        and centroids.position = features.position

)

select
    segmentation,
    {{ warehouse_segmentation.segment_key('segmentation', 'segment_id') }} as segment_key,
    model_id,
    segment_id,
    feature,
    position,
    centroid,
    {{ warehouse_segmentation.untransformed('transformed_value', 'transform') }} as centroid_value

from unscaled
