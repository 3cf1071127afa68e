{{ config(
    materialized='incremental',
    full_refresh=false,
    incremental_strategy='insert_overwrite' if target.type == 'spark' else 'delete+insert',
    unique_key='month_end',
    partition_by='month_end' if target.type == 'spark' else none,
    on_schema_change='append_new_columns'
) }}
{%- set has_orders = warehouse_segmentation.input_config('transactions') is not none -%}
{#- on an earlier date, the segments of the models that score it, which need not be active any more -#}
{%- set of_a_date = var('scoring_models', none) %}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_segments') }}

with

as_of as (

    select
        as_of_date,
        {{ warehouse_segmentation.month_floor(warehouse_segmentation.add_days('as_of_date', -1)) }} as month_start,
        cast({{ warehouse_segmentation.month_floor(warehouse_segmentation.add_days('as_of_date', -1)) }} + interval '1' month - interval '1' day as date) as month_end

    from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

segments as (

    {%- if of_a_date is none %}
    select
        segmentation,
        segment_id
    from {{ ref('warehouse_segmentation', 'segments') }}
    where status = 'active'
    {%- else %}
    {%- for segmentation, model_id in of_a_date.items() %}
    select
        '{{ segmentation }}' as segmentation,
        segment_id
    from {{ ref('warehouse_segmentation', 'int_segmentation__model_segments') }}
    where model_id = '{{ model_id }}'
    union
    select
        '{{ segmentation }}',
        0
    {{ 'union' if not loop.last }}
    {%- endfor %}
    {%- endif %}

),

scores as (

    select
        segmentation,
        customer_id,
        segment_id
    from {{ ref('warehouse_segmentation', 'int_segmentation__scores') }}

),

-- the segments at the beginning of the month, from the newest run of an earlier month
before as (

    select
        history.segmentation,
        history.customer_id,
        history.segment_id,
        history.model_id

    from {{ ref('warehouse_segmentation', 'segment_history') }} as history
    cross join as_of
    where history.valid_from <= as_of.month_start
        and (history.valid_to is null or history.valid_to > as_of.month_start)
        and history.segmentation in (select segmentation from segments)

),

-- before its first fit everyone is in segment 0, and leaving it is not a move
comparable as (

    select segmentation
    from before
    group by segmentation
    having count(model_id) > 0

),

bought as (

    select
        customer_id,
        count(distinct case when is_counting then order_key end) as orders,
        sum(case when amount > 0 and is_cancelled then 0 else amount end) as net_revenue

    from {{ ref('warehouse_segmentation', 'int_segmentation__used_lines') }}
    where {{ warehouse_segmentation.in_told_month() }}
        and ordered_date >= {{ warehouse_segmentation.month_floor(warehouse_segmentation.add_days('as_of_date', -1)) }}
    group by customer_id

),

present as (

    select
        scores.segmentation,
        scores.segment_id,
        count(*) as customers,
        count(case when coalesce(before.segment_id, -1) <> scores.segment_id then 1 end) as customers_in,
        count(case when bought.orders > 0 then 1 end) as active_customers,
        sum(bought.orders) as orders,
        sum(bought.net_revenue) as net_revenue

    from scores
    left join before
        on scores.segmentation = before.segmentation
        and scores.customer_id = before.customer_id
    left join bought
        on scores.customer_id = bought.customer_id
    group by
        scores.segmentation,
        scores.segment_id

),

gone as (

    select
        before.segmentation,
        before.segment_id,
        count(case when coalesce(scores.segment_id, -1) <> before.segment_id then 1 end) as customers_out

    from before
    left join scores
        on before.segmentation = scores.segmentation
        and before.customer_id = scores.customer_id
    group by
        before.segmentation,
        before.segment_id

),

currencies as (

    select max(item) as currency
    from {{ ref('warehouse_segmentation', 'int_segmentation__input_figures') }}
    where measure = 'currency'

),

-- a segment that a refit dropped within the month says where its customers were
told as (

    select * from segments
    union
    select
        segmentation,
        segment_id
    from gone

),

counted as (

    select
        told.segmentation,
        told.segment_id,
        coalesce(present.customers, 0) as customers,
        case when comparable.segmentation is not null then coalesce(present.customers_in, 0) end as customers_in,
        case when comparable.segmentation is not null then coalesce(gone.customers_out, 0) end as customers_out,
        {%- for name in ['active_customers', 'orders', 'net_revenue'] %}
        {{ 'coalesce(present.' ~ name ~ ', 0)' if has_orders else 'null' }} as {{ name }},
        {%- endfor %}
        currencies.currency,
        as_of.as_of_date,
        as_of.month_end

    from told
    cross join as_of
    cross join currencies
    left join present
        on told.segmentation = present.segmentation
        and told.segment_id = present.segment_id
    left join gone
        on told.segmentation = gone.segmentation
        and told.segment_id = gone.segment_id
    left join comparable
        on told.segmentation = comparable.segmentation

),

fresh as (

    select
        cast(segmentation as string) as segmentation,
        cast({{ warehouse_segmentation.segment_key('segmentation', 'segment_id') }} as string) as segment_key,
        cast(segment_id as int) as segment_id,
        cast(customers as bigint) as customers,
        cast(customers_in as bigint) as customers_in,
        cast(customers_out as bigint) as customers_out,
        cast(active_customers as bigint) as active_customers,
        cast(orders as bigint) as orders,
        cast(net_revenue as decimal(18, 4)) as net_revenue,
        cast(currency as string) as currency,
        cast(as_of_date as date) as as_of_date,
        cast(month_end as date) as month_end

    from counted

)
{%- if is_incremental() %},

-- What a later run wrote for this month is kept where an earlier day is run again, and so is what was written for a
-- segmentation that the project no longer has.
kept as (

    select
        months.segmentation,
        months.segment_key,
        months.segment_id,
        months.customers,
        months.customers_in,
        months.customers_out,
        months.active_customers,
        months.orders,
        months.net_revenue,
        months.currency,
        months.as_of_date,
        months.month_end

    from {{ this }} as months
    inner join as_of
        on months.month_end = as_of.month_end
    where months.as_of_date > as_of.as_of_date
        or months.segmentation not in (select segmentation from segments)

),

kept_segmentations as (

    select distinct segmentation from kept

)

select * from kept
union all
select fresh.*
from fresh
left join kept_segmentations
    on fresh.segmentation = kept_segmentations.segmentation
where kept_segmentations.segmentation is null
{%- else %}

select * from fresh
{%- endif %}
