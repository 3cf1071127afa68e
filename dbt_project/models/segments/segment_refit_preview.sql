with

candidate_scores as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__candidate_scores') }}

),

scores as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__scores') }}

),

features as (

    select
        customer_id,
        net_revenue

    from {{ ref('warehouse_segmentation', 'customer_features') }}

),

segments as (

    select
        model_id,
        segment_id,
        segment_name

    from {{ ref('warehouse_segmentation', 'int_segmentation__model_segments') }}

),

currencies as (

    select max(item) as currency
    from {{ ref('warehouse_segmentation', 'int_segmentation__input_figures') }}
    where measure = 'currency'

),

-- customers outside both populations are left out
placed as (

    select
        candidate_scores.segmentation,
        candidate_scores.model_id,
        scores.model_id as active_model_id,
        scores.segment_id as from_segment_id,
        candidate_scores.segment_id as to_segment_id,
        count(*) as customers,
        sum(features.net_revenue) as net_revenue

    from candidate_scores
    inner join scores
        on candidate_scores.segmentation = scores.segmentation
        and candidate_scores.customer_id = scores.customer_id
    left join features
        on candidate_scores.customer_id = features.customer_id
    where candidate_scores.segment_id > 0
        or scores.segment_id > 0
    group by
        candidate_scores.segmentation,
        candidate_scores.model_id,
        scores.model_id,
        scores.segment_id,
        candidate_scores.segment_id

),

totals as (

    select
        segmentation,
        sum(customers) as customers

    from placed
    group by segmentation

),

joined as (

    select
        placed.segmentation,
        placed.model_id,
        placed.active_model_id,
        placed.from_segment_id,
        placed.to_segment_id,
        coalesce(from_segments.segment_name, 'Not segmented') as from_segment_name,
        coalesce(to_segments.segment_name, 'Not segmented') as to_segment_name,
        placed.customers,
        totals.customers as all_customers,
        placed.net_revenue,
        currencies.currency

    from placed
    inner join totals
        on placed.segmentation = totals.segmentation
    cross join currencies
    left join segments as from_segments
        on placed.active_model_id = from_segments.model_id
        and placed.from_segment_id = from_segments.segment_id
    left join segments as to_segments
        on placed.model_id = to_segments.model_id
        and placed.to_segment_id = to_segments.segment_id

)

select
    cast(segmentation as string) as segmentation,
    cast(model_id as string) as model_id,
    cast(active_model_id as string) as active_model_id,
    cast(from_segment_id as int) as from_segment_id,
    cast(to_segment_id as int) as to_segment_id,
    cast({{ warehouse_segmentation.segment_key('segmentation', 'from_segment_id') }} as string) as from_segment_key,
    cast({{ warehouse_segmentation.segment_key('segmentation', 'to_segment_id') }} as string) as to_segment_key,
    cast(from_segment_name as string) as from_segment_name,
    cast(to_segment_name as string) as to_segment_name,
    cast(customers as bigint) as customers,
    {{ warehouse_segmentation.share_of('customers', 'all_customers') }} as share,
    cast(net_revenue as decimal(18, 4)) as net_revenue,
    cast(currency as string) as currency

from joined
