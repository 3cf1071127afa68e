{{ config(
    materialized='incremental',
    full_refresh=false,
    incremental_strategy='insert_overwrite' if target.type == 'spark' else 'delete+insert',
    unique_key='valid_from',
    partition_by='valid_from' if target.type == 'spark' else none,
    on_schema_change='append_new_columns'
) }}
{{- warehouse_segmentation.stop_at_lost_features() }}
{%- set before = '(select as_of_date from as_of)' %}

with

as_of as (

    select as_of_date from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

scores as (

    select
        segmentation,
        customer_id,
        segment_id,
        model_id

    from {{ ref('warehouse_segmentation', 'int_segmentation__scores') }}

),

revenue as (

    select count(net_revenue) > 0 as is_known
    from {{ ref('warehouse_segmentation', 'customer_features') }}

),

-- everyone with their net revenue on this date, which is unknown where no transactions are mapped
valued as (

    select
        scores.segmentation,
        scores.customer_id,
        scores.segment_id,
        scores.model_id,
        case when revenue.is_known then coalesce(features.net_revenue, 0) end as net_revenue

    from scores
    cross join revenue
    left join {{ ref('warehouse_segmentation', 'customer_features') }} as features
        on scores.customer_id = features.customer_id

),

previous as (

    {%- if is_incremental() %}
    {{ warehouse_segmentation.segments_on(this, before) }}
    {%- else %}
    select
        segmentation,
        customer_id,
        segment_id
    from scores
    where false
    {%- endif %}

),

previous_models as (

    {%- if is_incremental() %}
    {{ warehouse_segmentation.models_on(this, before) }}
    {%- else %}
    select
        segmentation,
        model_id
    from scores
    where false
    {%- endif %}

),

-- where that model puts today's customers, if another one scores now
rescored as (

    select
        segmentation,
        customer_id,
        segment_id

    from {{ ref('warehouse_segmentation', 'int_segmentation__previous_scores') }}

),

-- a customer who is gone leaves a row without a segment, and brings no more revenue
changes as (

    select
        coalesce(valued.segmentation, previous.segmentation) as segmentation,
        coalesce(valued.customer_id, previous.customer_id) as customer_id,
        valued.segment_id,
        previous.segment_id as previous_segment_id,
        valued.model_id,
        case when valued.customer_id is null and revenue.is_known then 0 else valued.net_revenue end as net_revenue

    from valued
    full outer join previous
        on valued.segmentation = previous.segmentation
        and valued.customer_id = previous.customer_id
    cross join revenue
    where coalesce(valued.segment_id, -1) <> coalesce(previous.segment_id, -1)

),

-- The cause is the model where the old model would leave customers in place, behaviour where the old model agrees
-- with the new one, and both where it would move them to a third segment. Where the old model cannot score, the cause
-- of all moves is the new model.
explained as (

    select
        changes.segmentation,
        changes.customer_id,
        changes.segment_id,
        changes.previous_segment_id,
        changes.model_id,
        changes.net_revenue,
        case
            when changes.segment_id is null or changes.previous_segment_id is null then null
            when coalesce(changes.model_id, '') = coalesce(previous_models.model_id, '') then 'behaviour'
            when rescored.segment_id is null or rescored.segment_id = changes.previous_segment_id then 'model'
            when rescored.segment_id = changes.segment_id then 'behaviour'
            else 'both'
        end as cause

    from changes
    left join previous_models
        on changes.segmentation = previous_models.segmentation
    left join rescored
        on changes.segmentation = rescored.segmentation
        and changes.customer_id = rescored.customer_id

),

-- A date is replaced by the rows it writes. The rows without a customer make sure that there are some, so that a
-- second run of a date also undoes what the first one recorded; and they say which model scored that day, and each
-- segment's customers and net revenue.
with_markers as (

    select
        segmentation,
        customer_id,
        segment_id,
        previous_segment_id,
        model_id,
        cause,
        net_revenue,
        cast(null as bigint) as customers
    from explained
    union all
    select
        segmentation,
        cast(null as string),
        segment_id,
        cast(null as int),
        max(model_id),
        cast(null as string),
        sum(net_revenue),
        count(*)
    from valued
    group by
        segmentation,
        segment_id
    union all
    select
        cast(null as string),
        cast(null as string),
        cast(null as int),
        cast(null as int),
        cast(null as string),
        cast(null as string),
        cast(null as decimal(18, 4)),
        cast(null as bigint)

)

select
    cast(with_markers.segmentation as string) as segmentation,
    cast(with_markers.customer_id as string) as customer_id,
    cast(with_markers.segment_id as int) as segment_id,
    cast(with_markers.previous_segment_id as int) as previous_segment_id,
    cast(with_markers.model_id as string) as model_id,
    cast(with_markers.cause as string) as cause,
    cast(with_markers.net_revenue as decimal(18, 4)) as net_revenue,
    cast(with_markers.customers as bigint) as customers,
    as_of.as_of_date as valid_from

from with_markers
cross join as_of
