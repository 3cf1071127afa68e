{%- set kept_until = warehouse_segmentation.kept_until() -%}
{%- set accepted = ref('warehouse_segmentation', 'int_segmentation__accepted_inputs') %}

with

dated as (

    select
        {%- if var('as_of_date', none) is not none %}
        coalesce(date '{{ var("as_of_date") }}', max(day)) as as_of_date
        {%- else %}
        max(day) as as_of_date
        {%- endif %}

    from {{ accepted }}
    where measure = 'as_of_date'
        and accepted_at = (select max(accepted_at) from {{ accepted }})

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
