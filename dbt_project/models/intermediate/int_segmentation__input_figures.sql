{#- Each input is read once, for its rows by day; input_checks makes all comparisons and messages from this small
    table. -#}
{%- set days = {'customers': 'signed_up_date', 'transactions': 'ordered_date', 'events': 'occurred_date'} -%}
{%- set given = days.keys() | select('in', warehouse_segmentation.mapped_inputs()) | list -%}
{%- set transactions = ref('warehouse_segmentation', 'stg_segmentation__transactions') -%}
{%- set customers = ref('warehouse_segmentation', 'stg_segmentation__customers') -%}
{%- set events = ref('warehouse_segmentation', 'stg_segmentation__events') -%}
{%- set transactions_given = warehouse_segmentation.input_expressions('transactions') if 'transactions' in given else {} -%}
{%- set priced_by = 'amount' if 'amount' in transactions_given else 'unit_price' -%}
{%- set named_currency = warehouse_segmentation.read_entry('transactions', priced_by).get('currency') | default('', true) | string | upper -%}
{%- set numbers = warehouse_segmentation.extreme_columns() -%}
{%- set texts = warehouse_segmentation.contact_columns() if 'customers' in given else {'customer_id': 'customer_id'} -%}
{#- where no lines are kept there is nothing to compare with, and all lines are read -#}
{%- set is_summed = var('line_checksums') and (not execute or warehouse_segmentation.kept_lines() is not none) -%}
{%- set known_statuses = (var('cancelled_statuses') or []) + (var('ignored_statuses') or []) + (var('counting_statuses') or []) %}

with

{% for input in given -%}
{{ input }}_by_day as (

    select
        '{{ input }}' as input,
        'rows' as measure,
        {{ 'status' if input == 'transactions' else 'cast(null as string)' }} as item,
        reject_reason as reason,
        {{ days[input] }} as day,
        count(*) as rows,
        cast(null as double) as value,
        {{ warehouse_segmentation.line_checksum() if input == 'transactions' and is_summed else 'cast(null as decimal(38, 0))' }} as checksum

    from {{ ref('warehouse_segmentation', 'stg_segmentation__' ~ input) }}
    group by
        {%- if input == 'transactions' %}
        status,
        {%- endif %}
        reject_reason,
        {{ days[input] }}

),

{% endfor -%}

{%- if 'transactions' in given %}
-- Each distinct status is looked up once, not once per line.
known_by_day as (

    select
        'transactions' as input,
        'rows' as measure,
        case when not {{ warehouse_segmentation.status_is_one_of('item', known_statuses) }} then item end as item,
        reason,
        day,
        sum(rows) as rows,
        cast(null as double) as value,
        sum(checksum) as checksum

    from transactions_by_day
    group by
        case when not {{ warehouse_segmentation.status_is_one_of('item', known_statuses) }} then item end,
        reason,
        day

),

{% endif -%}

-- By the id only, which is read faster than the faults of a line. Lines without an id are one group here and left out
-- below: a condition in this query would read each id twice.
buyers as (

    select
        customer_id,
        count(*) as lines

    from {{ transactions }}
    group by customer_id

),

listed as (

    select distinct customer_id
    from {{ customers }}
    where customer_id is not null

),

compared as (

    select
        count(listed.customer_id) as listed,
        count(buyers.customer_id) as buyers,
        sum(case when listed.customer_id = buyers.customer_id then 1 else 0 end) as both_known

    from listed
    full outer join buyers
        on listed.customer_id = buyers.customer_id

),

three as (
    {{ warehouse_segmentation.position_rows([1, 2, 3]) }}
),

people as (

    select
        case position when 1 then 'customers' else 'transactions' end as input,
        case position when 3 then 'known_customers' else 'customers' end as measure,
        case position when 1 then listed when 2 then buyers else coalesce(both_known, 0) end as rows

    from compared
    cross join three

),

{% if 'events' in given -%}
known as (

    select customer_id from listed
    union
    select customer_id from buyers

),

events_of_known as (

    select count(*) as rows
    from {{ events }} as events
    inner join known
        on events.customer_id = known.customer_id
    where events.reject_reason is null

),

{% endif -%}

-- Ids that may mean guests: those that look like it, and those with very many lines. Orders are counted only for these.
all_lines as (

    select sum(case when customer_id is not null then lines end) as lines from buyers

),

busy as (

    select buyers.customer_id
    from buyers
    cross join all_lines
    where buyers.customer_id is not null
        and (
            buyers.lines > 0.2 * {{ var('most_orders_of_one') }} * all_lines.lines
            or buyers.customer_id in ('0', '-1')
        )

),

orders_of_busy as (

    select
        lines.customer_id,
        count(distinct lines.order_id) as orders

    from {{ transactions }} as lines
    inner join busy
        on lines.customer_id = busy.customer_id
    group by lines.customer_id

),

-- no row where there are none, so that orders need not be counted
some_busy as (

    select max(customer_id) as customer_id
    from busy
    having count(*) > 0

),

all_orders as (

    select count(distinct lines.order_id) as orders
    from {{ transactions }} as lines
    cross join some_busy
    where lines.customer_id is not null

),

{% if numbers -%}
-- The numbers of the customers, a row each; then the two ends of each number, the value next to either
-- end, and the one after that.
numbered as (
    {{ warehouse_segmentation.position_rows(range(1, numbers | length + 1) | list) }}
),

six as (
    {{ warehouse_segmentation.position_rows(range(1, 7) | list) }}
),

numbers as (

    select
        numbered.position,
        case numbered.position
            {%- for expression in numbers.values() %}
            when {{ loop.index }} then cast({{ expression }} as double)
            {%- endfor %}
        end as value

    from {{ customers }} as people
    cross join numbered
    where people.reject_reason is null

),

ends as (

    select
        position,
        count(value) as filled,
        max(value) as highest,
        min(value) as lowest

    from numbers
    group by position

),

next_to_ends as (

    select
        numbers.position,
        sum(case when numbers.value = ends.highest then 1 else 0 end) as highest_rows,
        sum(case when numbers.value = ends.lowest then 1 else 0 end) as lowest_rows,
        max(case when numbers.value < ends.highest then numbers.value end) as high,
        min(case when numbers.value > ends.lowest then numbers.value end) as low

    from numbers
    inner join ends
        on numbers.position = ends.position
    group by numbers.position

),

after_those as (

    select
        numbers.position,
        max(case when numbers.value < next_to_ends.high then numbers.value end) as below_high,
        min(case when numbers.value > next_to_ends.low then numbers.value end) as above_low

    from numbers
    inner join next_to_ends
        on numbers.position = next_to_ends.position
    group by numbers.position

),

extremes as (

    {%- set measures = {'highest': 'highest_rows', 'high': 'filled', 'below_high': 'filled',
                        'lowest': 'lowest_rows', 'low': 'filled', 'above_low': 'filled'} %}
    select
        case ends.position
            {%- for name in numbers %}
            when {{ loop.index }} then {{ warehouse_segmentation.text_literal(name) }}
            {%- endfor %}
        end as item,
        case six.position
            {%- for measure in measures %}
            when {{ loop.index }} then '{{ measure }}'
            {%- endfor %}
        end as measure,
        case six.position
            {%- for rows in measures.values() %}
            when {{ loop.index }} then {{ rows }}
            {%- endfor %}
        end as rows,
        case six.position
            {%- for value in measures %}
            when {{ loop.index }} then {{ value }}
            {%- endfor %}
        end as value

    from ends
    inner join next_to_ends
        on ends.position = next_to_ends.position
    inner join after_those
        on ends.position = after_those.position
    cross join six

),

{% endif -%}

-- Texts that look like e-mail addresses and phone numbers, which would be published; one reading for all columns.
contacts as (

    select
        {%- for column in texts.values() %}
        count({{ column }}) as filled_{{ loop.index }},
        sum(case when {{ column }} like '%_@_%._%' and {{ column }} not like '% %' then 1 else 0 end) as emails_{{ loop.index }},
        sum(case
            when {{ column }} like '+________%' and length({{ column }}) <= 24 and translate({{ column }}, '0123456789 ()+-./', '') = '' then 1
            else 0
        end) as phones_{{ loop.index }}{{ ',' if not loop.last }}
        {%- endfor %}

    {%- if 'customers' in given %}

    from {{ customers }}
    where reject_reason is null
    {%- else %}

    from buyers
    {%- endif %}

),

texts_numbered as (
    {{ warehouse_segmentation.position_rows(range(1, texts | length + 1) | list) }}
),

contacts_by_column as (

    select
        case position
            {%- for name in texts %}
            when {{ loop.index }} then {{ warehouse_segmentation.text_literal(name) }}
            {%- endfor %}
        end as item,
        {%- for count in ['filled', 'emails', 'phones'] %}
        case position
            {%- for name in texts %}
            when {{ loop.index }} then {{ count }}_{{ loop.index }}
            {%- endfor %}
        end as {{ count }}{{ ',' if not loop.last }}
        {%- endfor %}

    from contacts
    cross join texts_numbered

),

figures as (

    {%- for input in given %}
    select * from {{ 'known' if input == 'transactions' else input }}_by_day
    union all
    {%- endfor %}
    select
        input,
        measure,
        null,
        null,
        null,
        rows,
        null,
        null
    from people
    {%- if 'events' in given %}
    union all
    select
        'events',
        'known_rows',
        null,
        null,
        null,
        rows,
        null,
        null
    from events_of_known
    {%- endif %}
    union all
    select
        'transactions',
        'orders_of',
        customer_id,
        null,
        null,
        orders,
        null,
        null
    from orders_of_busy
    union all
    select
        'transactions',
        'orders',
        null,
        null,
        null,
        orders,
        null,
        null
    from all_orders
    {%- if numbers %}
    union all
    select
        'customers',
        measure,
        item,
        null,
        null,
        rows,
        value,
        null
    from extremes
    {%- endif %}
    {%- if 'currency' in transactions_given %}
    -- any line with a currency has this one: an input with more than one currency is refused
    union all
    select
        'transactions',
        'currency',
        code,
        null,
        null,
        null,
        null,
        null
    from (
        select code
        from (
            select {{ warehouse_segmentation.currency_code(adapter.quote('currency')) }} as code
            from ({{ warehouse_segmentation.mapped_query('transactions') }}) as mapped
        ) as coded
        where code is not null
        limit 1 -- noqa: AM09
    ) as known_currency
    {%- elif named_currency %}
    union all
    select
        'transactions',
        'currency',
        {{ warehouse_segmentation.text_literal(named_currency) }},
        null,
        null,
        null,
        null,
        null
    {%- endif %}
    {%- for measure in ['emails', 'phones'] %}
    union all
    select
        '{{ 'customers' if 'customers' in given else 'transactions' }}',
        '{{ measure }}',
        item,
        null,
        null,
        {{ measure }},
        filled,
        null
    from contacts_by_column
    where {{ measure }} > 0
    {%- endfor %}
    {%- for input in given %}
    {%- for column in warehouse_segmentation.relation_columns(input) %}
    union all
    select
        '{{ input }}',
        'column',
        {{ warehouse_segmentation.text_literal(column) }},
        null,
        null,
        null,
        null,
        null
    {%- endfor %}
    {%- endfor %}

)

select
    cast(input as string) as input,
    cast(measure as string) as measure,
    cast(item as string) as item,
    cast(reason as string) as reason,
    cast(day as date) as day,
    cast(rows as bigint) as rows,
    cast(value as double) as value,
    cast(checksum as decimal(38, 0)) as checksum

from figures
where input in ({% for input in given %}'{{ input }}'{{ ', ' if not loop.last }}{% endfor %})
