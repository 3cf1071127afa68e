{%- set kept_until = warehouse_segmentation.kept_until() -%}
{%- set transactions = ref('warehouse_segmentation', 'stg_segmentation__transactions') -%}
{%- set is_usable = "reject_reason is null and ordered_date <= date '" ~ run_started_at.strftime("%Y-%m-%d") ~ "'" -%}
{%- set newest_from = warehouse_segmentation.newest_lines_from(transactions, is_usable, kept_until) -%}

with

transactions as (

    select max(ordered_date) as newest_date
    from {{ transactions }}
    where {{ is_usable }}
    {%- if newest_from %}
        and {{ warehouse_segmentation.lines_since(newest_from) }}
    {%- endif %}

),

events as (

    select max(occurred_date) as newest_date
    from {{ ref('warehouse_segmentation', 'stg_segmentation__events') }}
    where reject_reason is null
        and occurred_date <= date '{{ run_started_at.strftime("%Y-%m-%d") }}'

),

sign_ups as (

    select max(signed_up_date) as newest_date
    from {{ ref('warehouse_segmentation', 'stg_segmentation__customers') }}
    where reject_reason is null
        and signed_up_date <= date '{{ run_started_at.strftime("%Y-%m-%d") }}'

),

newest as (

    select max(newest_date) as newest_date
    from (
        select newest_date from transactions
        union all
        select newest_date from events
        union all
        select newest_date from sign_ups
    ) as candidates

),

dated as (

    select
        {%- if var('as_of_date', none) is not none %}
        date '{{ var("as_of_date") }}' as as_of_date
        {%- else %}
        -- without any date (customers alone, no sign-ups) the day of the run has to do
        coalesce({{ warehouse_segmentation.add_days('newest_date', 1) }}, date '{{ run_started_at.strftime("%Y-%m-%d") }}') as as_of_date
        {%- endif %}

    from newest

)

select
    as_of_date,
    {%- if var('lookback_days', none) is not none %}
    {{ warehouse_segmentation.add_days('as_of_date', -var('lookback_days')) }} as history_from_date,
    {%- else %}
    date '1900-01-01' as history_from_date,
    {%- endif %}

    -- from the older of the two days on: after a pause the months between are read as well
    {%- if kept_until %}
    least(date '{{ kept_until }}', {{ warehouse_segmentation.months_before('as_of_date', var('late_months')) }}) as replaced_from_date
    {%- else %}
    cast(null as date) as replaced_from_date
    {%- endif %}

from dated
