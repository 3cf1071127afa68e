{%- set kept = warehouse_segmentation.kept_lines() -%}
{%- set accepted = ref('warehouse_segmentation', 'int_segmentation__accepted_inputs') -%}
{%- set figures = ref('warehouse_segmentation', 'int_segmentation__input_figures') %}

with

-- a variable that was changed later takes precedence over the accepted run
dated as (

    select
        {%- if var('as_of_date', none) is not none %}
        coalesce(date '{{ var("as_of_date") }}', max(case when measure = 'as_of_date' then day end)) as as_of_date,
        {%- else %}
        max(case when measure = 'as_of_date' then day end) as as_of_date,
        {%- endif %}
        {{ 'true' if warehouse_segmentation.is_rolling('transactions') else "max(case when measure = 'kept_from' then day end) is not null" }} as is_rolling

    from {{ accepted }}
    where measure in ('as_of_date', 'kept_from')
        and accepted_at = (select max(accepted_at) from {{ accepted }})

),

{%- if kept is not none %}

parts as (

    select * from (
        {{ warehouse_segmentation.kept_parts(kept, figures) }}
    ) as kept_parts
    where order_month < date '9999-12-01'

),

begins as (
    {{ warehouse_segmentation.first_days(figures) }}
),

-- The part with the day on which the file begins, and whether the file still has it completely.
first_part as (

    select
        parts.order_month,
        parts.file_lines >= parts.kept_lines as is_whole

    from parts
    inner join begins
        on begins.first_day >= parts.order_month
        and begins.first_day < parts.next_month

),

-- The first complete part of a file that has only the newest days; earlier parts are kept unchanged.
whole as (

    select
        case
            -- everything that is kept is in the file, or nothing is kept
            when max(first_part.order_month) is null then cast(null as date)
            when max(case when first_part.is_whole then first_part.order_month end) = min(parts.order_month) then cast(null as date)
            when max(case when first_part.is_whole then 1 else 0 end) = 1 then max(first_part.order_month)
            else coalesce(
                min(case when parts.order_month > begins.first_day then parts.order_month end),
                -- it begins within the newest part: everything after that is new
                {{ warehouse_segmentation.add_days('greatest(max(newest.ordered_date), max(begins.first_day))', 1) }}
            )
        end as whole_from,
        max(begins.first_day) as first_day

    from begins
    left join parts
        on true
    left join first_part
        on true
    left join (
        select max(ordered_date) as ordered_date from {{ kept }}
        where ordered_date <= {{ warehouse_segmentation.run_day() }}
    ) as newest
        on true

),
{%- endif %}

told as (

    select
        dated.as_of_date,
        dated.is_rolling,
        {%- if kept is none %}
        cast(null as date) as kept_before
        {%- else %}
        case
            -- an input without a day replaces nothing
            when whole.first_day is null then date '9999-12-01'
            when dated.is_rolling then whole.whole_from
        end as kept_before
        {%- endif %}

    from dated
    {%- if kept is not none %}
    cross join whole
    {%- endif %}

)

select
    as_of_date,
    {%- if var('lookback_days', none) is not none %}
    {{ warehouse_segmentation.add_days('as_of_date', -var('lookback_days')) }} as history_from_date,
    {%- else %}
    date '1900-01-01' as history_from_date,
    {%- endif %}
    kept_before as kept_before_date,
    is_rolling

from told
