with

models as (

    select
        model_id,
        segmentation

    from {{ ref('warehouse_segmentation', 'segment_models') }}
    where status in ('active', 'retired')

),

runs as (

    select
        model_id,
        previous_model_id

    from {{ ref('warehouse_segmentation', 'int_segmentation__model_runs') }}

),

lineage as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__model_lineage') }}

)

select
    models.segmentation,
    cast({{ warehouse_segmentation.segment_key('models.segmentation', 'lineage.segment_id') }} as string) as segment_key,
    lineage.model_id,
    runs.previous_model_id,
    lineage.segment_id,
    lineage.previous_segment_id,
    lineage.event,
    cast(round(lineage.customers) as bigint) as customers,
    lineage.overlap,
    lineage.share_of_old,
    lineage.share_of_new

from lineage
inner join models
    on lineage.model_id = models.model_id
inner join runs
    on lineage.model_id = runs.model_id
