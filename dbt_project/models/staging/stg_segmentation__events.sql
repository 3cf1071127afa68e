{{ config(materialized=warehouse_segmentation.staging_materialization('events')) }}

{{ warehouse_segmentation.check_settings() }}
{{ warehouse_segmentation.check_input('events') }}
{%- set types = warehouse_segmentation.input_types('events') %}
{%- set conformed = warehouse_segmentation.conformed_columns('events', types) -%}

with

source as (

    {{ warehouse_segmentation.input_rows('events') }}

),

renamed as (

    select
        -- ids
        {{ conformed.customer_id }} as customer_id,

        -- strings
        {{ conformed.event_type }} as event_type,

        -- timestamps
        {{ conformed.occurred_at }} as occurred_at,

        -- as in the source, to say what was wrong
        {{ adapter.quote('occurred_at') if 'occurred_at' in types else 'cast(null as string)' }} as occurred_at_given

    from source

),

flagged as (

    select
        customer_id,
        event_type,
        case
            when customer_id is null then 'missing_customer_id'
            when occurred_at is null then 'unparsable_date'
            when {{ warehouse_segmentation.is_stand_in('occurred_at') }} then 'stand_in_date'
            when occurred_at < timestamp '1900-01-01 00:00:00' then 'implausible_date'
        end as reject_reason,
        cast({{ warehouse_segmentation.local_timestamp('occurred_at', var('time_zone')) }} as date) as occurred_date,
        occurred_at,
        occurred_at_given

    from renamed

)

select * from flagged
