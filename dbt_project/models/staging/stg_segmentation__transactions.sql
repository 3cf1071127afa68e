{{ config(materialized=warehouse_segmentation.staging_materialization('transactions')) }}

{{ warehouse_segmentation.check_settings() }}
{{ warehouse_segmentation.check_input('transactions') }}
{%- set types = warehouse_segmentation.input_types('transactions') %}
{%- set conformed = warehouse_segmentation.conformed_columns('transactions', types) %}
{%- set is_priced = 'quantity' in types and 'unit_price' in types %}
{%- set discount_type = 'decimal(28, 10)' if warehouse_segmentation.has_shares_for_discounts() else 'decimal(18, 4)' %}
{%- set is_order_total = warehouse_segmentation.read_entry('transactions', 'amount').get('of') == 'order' %}
{%- set fills_statuses = warehouse_segmentation.has_status_gaps(types) -%}

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
        {{ conformed.status }} as status_text,
        {{ conformed.currency }} as currency_text,

        -- numerics
        {{ conformed.quantity }} as quantity,
        {{ conformed.unit_price }} as unit_price,
        {{ warehouse_segmentation.line_product(types) if is_priced else 'cast(null as decimal(18, 4))' }} as list_value,
        abs({{ warehouse_segmentation.read_column('transactions', 'discount_amount', 'number', types, discount_type) }}) as discount,
        {{ conformed.amount }} as given_amount,

        -- booleans
        {{ conformed.is_return }} as is_return,

        -- timestamps
        {{ conformed.ordered_at }} as ordered_at,

        -- as in the source: only used to describe a row that cannot be used
        {%- for name in ['ordered_at', 'amount', 'quantity', 'unit_price', 'discount_amount', 'is_return'] %}
        {{ adapter.quote(name) if name in types else 'cast(null as string)' }} as {{ name }}_given{{ ',' if not loop.last }}
        {%- endfor %}

    from source

),

{%- if fills_statuses %}

-- A status belongs to its order. It is looked up in the whole input, whichever lines are read.
order_statuses as (

    select
        order_id,
        customer_id,
        min(line_status) as status

    from (
        select
            order_id,
            customer_id,
            {{ warehouse_segmentation.conformed_status('status_text') }} as line_status
        from (
            select
                {{ conformed.order_id }} as order_id,
                {{ conformed.customer_id }} as customer_id,
                {{ conformed.status }} as status_text
            from (
                {{ warehouse_segmentation.input_rows('transactions') }}
            ) as given
        ) as read_lines
    ) as line_statuses
    group by order_id, customer_id
    having min(line_status) = max(line_status)

),

{%- endif %}

-- A separate step: within one expression, a text would be read again for each comparison.
normalized as (

    select
        *,
        {{ warehouse_segmentation.conformed_status('status_text') if 'status' in types else 'status_text' }} as line_status,
        {{ warehouse_segmentation.currency_code('currency_text') if 'currency' in types else 'currency_text' }} as currency

    from renamed

),

completed as (

    select
        normalized.*,
        {%- if fills_statuses %}
        coalesce(normalized.line_status, order_statuses.status) as status,
        {%- else %}
        normalized.line_status as status,
        {%- endif %}
        {%- if is_order_total %}
        {{ warehouse_segmentation.part_of_total('normalized') }} as charged_amount,
        {%- else %}
        normalized.given_amount as charged_amount,
        {%- endif %}
        {{ warehouse_segmentation.discount_of('normalized', types) }} as full_discount,
        {{ warehouse_segmentation.local_timestamp('normalized.ordered_at', var('time_zone')) }} as ordered_at_local

    from normalized
    {%- if fills_statuses %}
    left join order_statuses
        on normalized.order_id = order_statuses.order_id
        and normalized.customer_id = order_statuses.customer_id
    {%- endif %}

),

valued as (

    select
        *,
        {#- A discount is at most the value of its line; its sign follows the line's. #}
        {%- if is_priced %}
        case when full_discount > abs(list_value) then abs(list_value) else full_discount end as discount_amount,
        coalesce(full_discount > abs(list_value), false) as is_discount_capped,
        {%- else %}
        full_discount as discount_amount,
        false as is_discount_capped,
        {%- endif %}
        {#- A charged amount takes precedence; otherwise it is the list value minus the discount. #}
        {%- if 'amount' in types %}
        charged_amount as value
        {%- elif 'discount_amount' in types %}
        case
            when full_discount >= abs(list_value) then list_value - list_value
            when list_value < 0 then list_value + coalesce(full_discount, 0)
            else list_value - coalesce(full_discount, 0)
        end as value
        {%- else %}
        list_value as value
        {%- endif %}

    from completed

),

signed as (

    select
        *,
        {#- an amount beyond the range of money counts as unreadable #}
        cast(
            case
                when not abs(value) < {{ warehouse_segmentation.largest_amount() }} then null
                {%- if 'is_return' in types %}
                when is_return then -abs(value)
                {%- endif %}
                else value
            end as decimal(18, 4)
        ) as amount

    from valued

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
            when {{ warehouse_segmentation.is_stand_in('ordered_at') }} then 'stand_in_date'
            when ordered_at < timestamp '1900-01-01 00:00:00' then 'implausible_date'
            when amount is null then case when {{ warehouse_segmentation.has_no_amount(types) }} then 'missing_amount' else 'unparsable_amount' end
            when {{ warehouse_segmentation.status_is_one_of('status', var('ignored_statuses')) }} then 'ignored_status'
        end as reject_reason,

        -- why a single value was removed; the line is used
        coalesce(
            case when is_discount_capped then 'discount_above_line' end
            {%- for column, name, kind in [('full_discount', 'discount_amount', 'number'), ('is_return', 'is_return', 'flag'),
                                           ('quantity', 'quantity', 'number'), ('unit_price', 'unit_price', 'number')] if name in types %},
            case when {{ column }} is null then case when not {{ warehouse_segmentation.given_is_nothing(name, kind, types) }} then 'unparsable_value' end end
            {%- endfor %}
        ) as value_reason

    from signed

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
    is_return,
    is_cancelled,
    reject_reason,
    value_reason,
    quantity_given,
    unit_price_given,
    discount_amount_given,
    is_return_given,
    amount_given,
    ordered_at_given,
    ordered_date,
    ordered_at,
    ordered_at_local

from flagged
