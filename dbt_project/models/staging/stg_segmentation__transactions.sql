{{ config(materialized=warehouse_segmentation.staging_materialization('transactions')) }}

{{ warehouse_segmentation.check_settings() }}
{{ warehouse_segmentation.check_input('transactions') }}
{%- set types = warehouse_segmentation.input_types('transactions') %}
{%- set conformed = warehouse_segmentation.conformed_columns('transactions', types) -%}

with

source as (

    {{ warehouse_segmentation.input_rows('transactions') }}

),

renamed as (

    select
        -- ids
        {{ conformed.order_id }} as order_id,
        {{ conformed.line_id }} as line_id,
        {{ conformed.customer_id }} as customer_id,
        {{ conformed.product_id }} as product_id,

        -- strings
        {{ conformed.product_name }} as product_name,
        {{ conformed.product_category }} as product_category,
        {{ conformed.channel }} as channel,
        lower({{ conformed.status }}) as status,
        {{ warehouse_segmentation.conformed_code(conformed.currency) }} as currency,

        -- numerics
        {{ conformed.quantity }} as quantity,
        {{ conformed.unit_price }} as unit_price,
        abs({{ conformed.discount_amount }}) as discount_amount,
        {{ conformed.amount }} as given_amount,

        -- timestamps
        {{ conformed.ordered_at }} as ordered_at,

        -- as they came: nothing is made of them but the record of a row that cannot be used
        {%- for name in ['ordered_at', 'amount', 'quantity', 'unit_price'] %}
        {{ adapter.quote(name) if name in types else 'cast(null as string)' }} as {{ name }}_given{{ ',' if not loop.last }}
        {%- endfor %}

    from source

),

valued as (

    select
        *,
        {#- A charged amount wins; otherwise the list value less the discount, whose sign follows the line's. #}
        {%- if 'amount' in types %}
        given_amount as amount,
        {%- else %}
        {{ warehouse_segmentation.line_amount('quantity', 'unit_price', 'discount_amount' if 'discount_amount' in types) }} as amount,
        {%- endif %}
        {{ warehouse_segmentation.local_timestamp('ordered_at', var('time_zone')) }} as ordered_at_local

    from renamed

),

flagged as (

    select
        *,
        cast(ordered_at_local as date) as ordered_date,
        {{ warehouse_segmentation.status_is_one_of('status', var('cancelled_statuses')) }} as is_cancelled,
        case
            when customer_id is null then 'missing_customer_id'
            when order_id is null then 'missing_order_id'
            when ordered_at is null then 'unparsable_date'
            when ordered_at < timestamp '1900-01-01 00:00:00' then 'implausible_date'
            when amount is null then 'missing_amount'
            when {{ warehouse_segmentation.status_is_one_of('status', var('ignored_statuses')) }} then 'ignored_status'
        end as reject_reason

    from valued

)

select
    order_id,
    line_id,
    customer_id,
    product_id,
    product_name,
    product_category,
    channel,
    status,
    currency,
    quantity,
    unit_price,
    discount_amount,
    amount,
    is_cancelled,
    reject_reason,
    quantity_given,
    unit_price_given,
    amount_given,
    ordered_at_given,
    ordered_date,
    ordered_at,
    ordered_at_local

from flagged
