{{ config(
    materialized='incremental',
    full_refresh=false,
    incremental_strategy='insert_overwrite' if target.type == 'spark' else 'delete+insert',
    unique_key='valid_from',
    partition_by='valid_from' if target.type == 'spark' else none,
    on_schema_change='append_new_columns'
) }}
{{- warehouse_segmentation.stop_at_lost_features() }}

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

previous as (

    {%- if is_incremental() %}
    select
        segmentation,
        customer_id,
        segment_id
    from (
        select
            changes.segmentation,
            changes.customer_id,
            changes.segment_id,
            row_number() over (
                partition by changes.segmentation, changes.customer_id
                order by changes.valid_from desc
            ) as place

        from {{ this }} as changes
        cross join as_of
        where changes.customer_id is not null
            and changes.valid_from < as_of.as_of_date
    ) as earlier
    where place = 1
        and segment_id is not null
    {%- else %}
    select
        segmentation,
        customer_id,
        segment_id
    from scores
    where false
    {%- endif %}

),

-- a customer who is gone leaves a row without a segment
changes as (

    select
        coalesce(scores.segmentation, previous.segmentation) as segmentation,
        coalesce(scores.customer_id, previous.customer_id) as customer_id,
        scores.segment_id,
        previous.segment_id as previous_segment_id,
        scores.model_id

    from scores
    full outer join previous
        on scores.segmentation = previous.segmentation
        and scores.customer_id = previous.customer_id
    where coalesce(scores.segment_id, -1) <> coalesce(previous.segment_id, -1)

),

-- A date is replaced by the rows it writes. The rows without a customer make sure that there are
-- some, so that a second run of a date also takes back what the first one recorded; and they say
-- which model scored that day.
with_markers as (

    select * from changes
    union all
    select
        segmentation,
        cast(null as string),
        cast(null as int),
        cast(null as int),
        max(model_id)
    from scores
    group by segmentation
    union all
    select
        cast(null as string),
        cast(null as string),
        cast(null as int),
        cast(null as int),
        cast(null as string)

)

select
    cast(with_markers.segmentation as string) as segmentation,
    cast(with_markers.customer_id as string) as customer_id,
    cast(with_markers.segment_id as int) as segment_id,
    cast(with_markers.previous_segment_id as int) as previous_segment_id,
    cast(with_markers.model_id as string) as model_id,
    as_of.as_of_date as valid_from

from with_markers
cross join as_of
