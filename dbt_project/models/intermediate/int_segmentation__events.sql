{%- set types = warehouse_segmentation.input_types('events') -%}
{%- set events = ref('warehouse_segmentation', 'stg_segmentation__events') -%}

with

as_of as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

customers as (

    select customer_id from {{ ref('warehouse_segmentation', 'int_segmentation__customers') }}

),

-- An event alone does not make a customer: unknown visitors are rejected and counted.
judged as (

    select
        events.*,
        case
            when events.reject_reason is not null then events.reject_reason
            when events.occurred_date >= as_of.as_of_date then 'future_date'
            when customers.customer_id is null then 'unknown_customer'
            when events.occurred_date < as_of.history_from_date then 'before_lookback'
        end as reason

    from {{ events }} as events
    cross join as_of
    left join customers
        on events.customer_id = customers.customer_id

)

select
    customer_id,
    event_type,
    reason,
    case when reason is not null then
        {{ warehouse_segmentation.record_text({
            'customer_id': 'customer_id', 'event_type': 'event_type', 'occurred_at': 'occurred_at_given'}, types) }}
    end as record,
    occurred_date

from judged
