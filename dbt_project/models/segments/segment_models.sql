with

runs as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__model_runs') }}

),

events as (

    select
        model_id,
        event_id,
        event_at,
        status

    from {{ ref('warehouse_segmentation', 'int_segmentation__model_events') }}
    union all
    select
        model_id,
        model_id as event_id,
        fitted_at,
        status

    from runs

),

newest_events as (

    select
        model_id,
        status,
        event_at,
        event_id,
        row_number() over (partition by model_id order by event_at desc, event_id desc) as place

    from events

),

-- models of an earlier version were active from their fit on, and have no event
promotions as (

    select
        model_id,
        max(event_at) as promoted_at

    from {{ ref('warehouse_segmentation', 'int_segmentation__model_events') }}
    where status = 'active'
    group by model_id

),

-- of all models that were activated, a segmentation's newest is active and the others are retired
ranked as (

    select
        runs.*,
        promotions.promoted_at,
        newest_events.status as event_status,
        row_number() over (
            partition by runs.segmentation, newest_events.status
            order by newest_events.event_at desc, newest_events.event_id desc
        ) as place

    from runs
    inner join newest_events
        on runs.model_id = newest_events.model_id
    left join promotions
        on runs.model_id = promotions.model_id
    where newest_events.place = 1

)

select
    cast(model_id as string) as model_id,
    cast(segmentation as string) as segmentation,
    cast(case when event_status = 'active' and place > 1 then 'retired' else event_status end as string) as status,
    fitted_at,
    refit_reason,
    promoted_at,
    as_of_date,
    k,
    k_reason,
    verdict,
    verdict_reason,
    is_provisional,
    advice,
    silhouette,
    davies_bouldin,
    calinski_harabasz,
    stability,
    inertia,
    lloyd_improvement,
    lloyd_steps,
    customers,
    sample_size,
    seed,
    spec_hash,
    input_fingerprint,
    versions

from ranked
