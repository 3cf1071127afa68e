-- A model in use is whole: k segments, a centroid for each of them and each prepared column, columns numbered from 1,
-- and everything that scoring divides or multiplies by is above 0.
with

models as (

    select
        model_id,
        segmentation,
        k

    from {{ ref('warehouse_segmentation', 'segment_models') }}
    where status = 'active'

),

columns as (

    select
        model_id,
        count(distinct position) as columns,
        min(position) as first_position,
        max(position) as last_position,
        sum(case when standard_deviation > 0 and weight > 0 and mean is not null then 0 else 1 end) as unusable_columns

    from {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}
    group by model_id

),

centroids as (

    select
        model_id,
        count(*) as centroids,
        count(distinct segment_id) as segments,
        sum(case when centroid is null then 1 else 0 end) as unknown_centroids

    from {{ ref('warehouse_segmentation', 'int_segmentation__model_centroids') }}
    group by model_id

),

named as (

    select
        segmentation,
        count(*) as named_segments

    from {{ ref('warehouse_segmentation', 'segments') }}
    where status = 'active'
        and segment_id > 0
    group by segmentation

),

in_use as (

    select segmentation from {{ ref('warehouse_segmentation', 'segmentations') }}

)

select
    models.model_id,
    models.k,
    columns.columns,
    columns.unusable_columns,
    centroids.segments,
    centroids.centroids,
    centroids.unknown_centroids,
    named.named_segments

from models
inner join in_use
    on models.segmentation = in_use.segmentation
left join columns
    on models.model_id = columns.model_id
left join centroids
    on models.model_id = centroids.model_id
left join named
    on models.segmentation = named.segmentation
where coalesce(columns.columns, 0) = 0
    or columns.first_position <> 1
    or columns.last_position <> columns.columns
    or columns.unusable_columns > 0
    or coalesce(centroids.segments, 0) <> models.k
    or coalesce(centroids.centroids, 0) <> models.k * columns.columns
    or centroids.unknown_centroids > 0
    or coalesce(named.named_segments, 0) <> models.k
