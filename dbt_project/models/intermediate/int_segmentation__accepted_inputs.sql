{{ config(
    materialized='incremental',
    full_refresh=false,
    on_schema_change='append_new_columns'
) }}
{{- warehouse_segmentation.stop_at_checks() }}
-- depends_on: {{ ref('warehouse_segmentation', 'input_checks') }}
with

figures as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__input_figures') }}

),

previous as (
    {{ warehouse_segmentation.last_accepted(this if is_incremental() else none) }}
),

dates as (
    {{ warehouse_segmentation.run_dates('figures', 'previous') }}
),

sums as (
    {{ warehouse_segmentation.input_sums('figures') }}
),

begins as (
    {{ warehouse_segmentation.first_days('figures') }}
),

before as (

    select
        max(case when measure = 'first_day' then day end) as first_day,
        max(case when measure = 'kept_from' then day end) as kept_from
    from previous

),

-- A file that begins later than the previous one, and is accepted, has only the newest days. The day from which lines
-- are kept is remembered until a file goes back that far.
kept as (

    select
        {%- if flags.FULL_REFRESH %}
        cast(null as date) as kept_from
        {%- else %}
        case
            when begins.first_day is null then before.kept_from
            when before.kept_from < begins.first_day then before.kept_from
            {%- if var('accept_changes') or warehouse_segmentation.is_rolling('transactions') %}
            when before.first_day < begins.first_day then before.first_day
            {%- endif %}
        end as kept_from
        {%- endif %}

    from begins
    cross join before

),

remembered as (

    -- by month: figures by day are no longer needed
    select
        input,
        measure,
        cast(null as string) as item,
        reason,
        {{ warehouse_segmentation.month_floor('day') }} as day,
        sum(rows) as rows
    from figures
    where measure = 'rows'
    group by
        input,
        measure,
        reason,
        {{ warehouse_segmentation.month_floor('day') }}

    union all

    select
        input,
        measure,
        item,
        reason,
        day,
        rows
    from figures
    where measure in ('customers', 'column')

    union all

    select
        input,
        'last_day',
        null,
        null,
        last_day,
        null
    from sums

    union all

    select
        'transactions',
        'first_day',
        null,
        null,
        first_day,
        null
    from begins

    union all

    select
        'transactions',
        'kept_from',
        null,
        null,
        kept_from,
        null
    from kept

    {%- for measure in ['newest_date', 'recorded_date', 'as_of_date'] %}

    union all

    select
        'all',
        '{{ measure }}',
        null,
        null,
        {{ measure }},
        null
    from dates
    {%- endfor %}

)

select
    {{ warehouse_segmentation.run_moment() }} as accepted_at,
    cast(input as string) as input,
    cast(measure as string) as measure,
    cast(item as string) as item,
    cast(reason as string) as reason,
    cast(day as date) as day,
    cast(rows as bigint) as rows

from remembered
