-- Every segment in a table is also in segments, including those of segmentations that a project no longer has;
-- centroids also have models that were never promoted.
with

referenced as (

    select
        history.segment_key,
        history.segmentation,
        'segment_history' as relation
    from {{ ref('warehouse_segmentation', 'segment_history') }} as history

    union all

    select
        centroids.segment_key,
        centroids.segmentation,
        'segment_centroids' as relation
    from {{ ref('warehouse_segmentation', 'segment_centroids') }} as centroids
    inner join {{ ref('warehouse_segmentation', 'segment_models') }} as models
        on centroids.model_id = models.model_id
    where models.status in ('active', 'retired')

)

select
    referenced.relation,
    referenced.segment_key,
    count(*) as rows_without_a_segment

from referenced
left join {{ ref('warehouse_segmentation', 'segments') }} as segments
    on referenced.segment_key = segments.segment_key
where segments.segment_key is null
group by
    referenced.relation,
    referenced.segment_key
