with

candidates as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__model_candidates') }}

),

models as (

    select
        model_id,
        segmentation

    from {{ ref('warehouse_segmentation', 'segment_models') }}

)

select
    candidates.model_id,
    models.segmentation,
    candidates.k,
    candidates.inertia,
    candidates.silhouette,
    candidates.davies_bouldin,
    candidates.calinski_harabasz,
    candidates.stability,
    candidates.smallest_share,
    candidates.reference_silhouette,
    candidates.silhouette_excess,
    candidates.valley_worst,
    candidates.valley_mean,
    candidates.reference_valley,
    candidates.is_in_range,
    candidates.is_elbow,
    candidates.is_best_silhouette,
    candidates.is_chosen

from candidates
inner join models
    on candidates.model_id = models.model_id
