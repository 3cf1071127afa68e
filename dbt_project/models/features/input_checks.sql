{%- set given = warehouse_segmentation.mapped_inputs() -%}
{%- set accepted = warehouse_segmentation.accepted_relation() -%}
{%- set kept = warehouse_segmentation.kept_lines() -%}
{%- set smallest = 10 -%}  {#- number of rows from which a share is meaningful -#}
{%- set smallest_orders = 300 -%}
{%- set least_contacts = 0.01 %}  {#- share of the values from which a column counts as contact data -#}

with

figures as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__input_figures') }}

),

previous as (
    {{ warehouse_segmentation.last_accepted(accepted) }}
),

dates as (
    {{ warehouse_segmentation.run_dates('figures', 'previous') }}
),

sums as (
    {{ warehouse_segmentation.input_sums('figures') }}
),

sums_before as (
    {{ warehouse_segmentation.input_sums('previous') }}
),

months as (
    {{ warehouse_segmentation.input_months('figures') }}
),

months_before as (
    {{ warehouse_segmentation.input_months('previous') }}
),

-- the most common reason for rejecting rows
main_reasons as (

    select
        input,
        reason || ' ' || {{ warehouse_segmentation.number_text('rows') }} as told
    from (
        select
            reasons.input,
            reasons.reason,
            reasons.rows,
            row_number() over (partition by reasons.input order by reasons.rows desc, reasons.reason) as place
        from (
            select
                input,
                reason,
                sum(rows) as rows
            from figures
            where measure = 'rows'
                and reason is not null
            group by
                input,
                reason
        ) as reasons
    ) as placed
    where place = 1

),

{%- if kept is not none %}

begins as (
    {{ warehouse_segmentation.first_days('figures') }}
),

-- lines from before the file begins, which earlier files had and which are kept
kept_lines as (

    select
        sum(greatest(parts.kept_lines - parts.file_lines, 0)) as gone,
        max(begins.first_day) as first_day

    from (
        {{ warehouse_segmentation.kept_parts(kept, 'figures') }}
    ) as parts
    cross join begins
    cross join (
        select max(day) as kept_from from previous
        where measure = 'kept_from'
    ) as remembered
    where parts.order_month <= begins.first_day
        and remembered.kept_from < begins.first_day

),
{%- endif %}

compared as (

    select
        given.input,
        given.is_rolling,
        coalesce(sums.rows, 0) as rows,
        coalesce(sums.usable, 0) as usable,
        coalesce(sums.rows, 0) - coalesce(sums.usable, 0) as rejected,
        coalesce(sums.unreadable, 0) as unreadable,
        coalesce(sums.customers, 0) as customers,
        coalesce(sums.known_customers, 0) as known_customers,
        coalesce(sums.known_rows, 0) as known_rows,
        coalesce(sums.orders, 0) as orders,
        sums.first_day,
        sums_before.rows as rows_before,
        sums_before.rows - sums_before.usable as rejected_before,
        sums_before.unreadable as unreadable_before,
        sums_before.customers as customers_before,
        sums_before.months as months_before,
        sums_before.last_day as last_day_before,
        sums_before.columns as columns_before,
        coalesce(main_reasons.told, '') as main_reason,
        {{ warehouse_segmentation.share_of('coalesce(sums.rows, 0) - coalesce(sums.usable, 0)', 'sums.rows') }} as rejected_share,
        {{ warehouse_segmentation.share_of('sums_before.rows - sums_before.usable', 'sums_before.rows') }} as rejected_share_before,
        {{ warehouse_segmentation.share_of('sums.unreadable - sums_before.unreadable', 'sums.rows - sums_before.rows') }} as unreadable_share_of_added

    from (
        {%- for input in given %}
        select
            '{{ input }}' as input,
            {{ 'true' if warehouse_segmentation.is_rolling(input) else 'false' }} as is_rolling
        {{ 'union all' if not loop.last }}
        {%- endfor %}
    ) as given
    left join sums
        on given.input = sums.input
    left join sums_before
        on given.input = sums_before.input
    left join main_reasons
        on given.input = main_reasons.input

),

-- months that the last run had rows in, and those rows; for a rolling file, only its complete days
months_compared as (

    select
        months_before.input,
        months_before.month_start,
        months_before.rows as rows_before,
        coalesce(months.rows, 0) as rows

    from months_before
    inner join compared
        on months_before.input = compared.input
    left join months
        on months_before.input = months.input
        and months_before.month_start = months.month_start
    where compared.rows > 0
        and (not compared.is_rolling or months_before.month_start > compared.first_day)

),

lost_months as (

    select
        input,
        sum(case when rows = 0 then 1 else 0 end) as lost,
        min(case when rows = 0 then month_start end) as first_lost,
        max(case when rows = 0 then month_start end) as last_lost,
        max(case when rows_before >= {{ smallest }} and rows > 0 then {{ warehouse_segmentation.share_of('rows_before - rows', 'rows_before') }} else 0 end) as most_lost

    from months_compared
    group by input

),

checks as (

    -- --- is there an earlier run
    select
        'all' as input,
        'earlier_run' as check_name,
        '' as item,
        'passed' as status,
        cast(null as double) as value,
        cast(null as double) as threshold,
        coalesce(
            'Compared with the accepted run of ' || cast(cast(max(accepted_at) as date) as string) || '.',
            'This is the first run: there is no earlier run to compare with.'
        ) as message
    from previous

    -- --- the date that all tables are as of
    union all
    select
        'all',
        'as_of_date',
        '',
        case
            when as_of_date > {{ warehouse_segmentation.add_days(warehouse_segmentation.run_day(), 1) }} then 'stopped'
            when as_of_date < as_of_before then 'stopped'
            {%- if var('as_of_date', none) is none %}
            when newest_date is null and newest_before is not null then 'stopped'
            {%- endif %}
            else 'passed'
        end,
        cast({{ warehouse_segmentation.days_between('as_of_before', 'as_of_date') }} as double),
        0,
        case
            when as_of_date > {{ warehouse_segmentation.add_days(warehouse_segmentation.run_day(), 1) }} then
                'The as_of_date ' || cast(as_of_date as string) || ' is after the day of the run, {{ run_started_at.strftime("%Y-%m-%d") }}: everyone would seem to have left;'
                || ' correct the variable as_of_date, or leave it null.'
            when newest_date is null and newest_before is not null {{ 'and false' if var('as_of_date', none) is not none }} then
                'No row of the inputs has a usable date, but the last accepted run had one of ' || cast(newest_before as string)
                || '; if accepted, everything is as of ' || cast(as_of_date as string) || ', not as of today.'
            when as_of_date < as_of_before then
                {%- if var('as_of_date', none) is not none %}
                'The as_of_date ' || cast(as_of_date as string) || ' is before ' || cast(as_of_before as string)
                || ', the date of the last accepted run; if accepted, that earlier date is recorded again in the history, and the tables are as of it.'
                {%- else %}
                'The newest usable row is from ' || cast(newest_date as string) || ', so everything would be as of ' || cast(as_of_date as string)
                || ', but the last accepted run was as of ' || cast(as_of_before as string) || ': is an input an old copy? If accepted, the tables go back to that day.'
                {%- endif %}
            else 'Everything is as of ' || cast(as_of_date as string) || '.'
        end
    from dates

    -- --- rows at all
    union all
    select
        input,
        'has_rows',
        '',
        case when rows > 0 then 'passed' when rows_before > 0 then 'stopped' else 'warning' end,
        cast(rows as double),
        1,
        case
            when rows > 0 then 'The input ' || input || ' has ' || {{ warehouse_segmentation.number_text('rows') }} || ' rows.'
            when rows_before > 0 then
                'The input ' || input || ' has no rows, but ' || {{ warehouse_segmentation.number_text('rows_before') }} || ' at the last accepted run; if accepted, '
                || case when input = 'transactions' then 'the order lines that are kept stay as they are (--full-refresh drops them).'
                        else 'nothing from this input is known any more.' end
            else 'The input ' || input || ' has no rows.'
        end
    from compared

    -- --- rows that cannot be used
    union all
    select
        input,
        'rejected_rows',
        '',
        case
            when usable = 0 then 'stopped'
            when rows >= {{ smallest }} and rejected_share > {{ var('most_rejected') }} then 'stopped'
            else 'passed'
        end,
        rejected_share,
        {{ var('most_rejected') }},
        {{ warehouse_segmentation.number_text('rejected') }} || ' of ' || {{ warehouse_segmentation.number_text('rows') }} || ' rows of ' || input || ' cannot be used'
        || case when rejected > 0 then ' (mostly ' || main_reason || ')' else '' end
        || case
            when usable = 0 or rows >= {{ smallest }} and rejected_share > {{ var('most_rejected') }} then
                ': look at inputs.' || input || '.columns; up to {{ warehouse_segmentation.in_percent(var("most_rejected")) }} % are allowed (most_rejected); if accepted, only the other rows are used.'
            else '.'
        end
    from compared
    where rows > 0

    union all
    select
        input,
        'newly_rejected_rows',
        '',
        status,
        case when is_of_added then unreadable_share_of_added else rejected_share - rejected_share_before end,
        {{ var('most_newly_rejected') }},
        case
            when is_of_added then
                {{ warehouse_segmentation.number_text('unreadable - unreadable_before') }} || ' of the ' || {{ warehouse_segmentation.number_text('rows - rows_before') }}
                || ' new rows in ' || input || ' cannot be read'
            else
                ({{ warehouse_segmentation.share_text('rejected_share') }}) || ' of the rows of ' || input || ' cannot be used, and '
                || ({{ warehouse_segmentation.share_text('rejected_share_before') }}) || ' could not at the last accepted run'
        end
        || case
            when status = 'stopped' then
                ' (mostly ' || main_reason || '): when a file changes the format of its dates or numbers, some of its values are read wrongly, not only those that cannot be read;'
                || ' look at inputs.' || input || '.columns (most_newly_rejected: {{ var("most_newly_rejected") }}); if accepted, the rows that can be read are used.'
            else '.'
        end
    from (
        select
            *,
            case
                when rows >= {{ smallest }} and rejected_share - rejected_share_before > {{ var('most_newly_rejected') }} then 'stopped'
                when rows - rows_before >= 2 * {{ smallest }} and unreadable_share_of_added > {{ var('most_newly_rejected') }} then 'stopped'
                else 'passed'
            end as status,
            coalesce(
                rows - rows_before >= 2 * {{ smallest }} and unreadable_share_of_added > {{ var('most_newly_rejected') }}
                and not rejected_share - rejected_share_before > {{ var('most_newly_rejected') }},
                false
            ) as is_of_added
        from compared
    ) as judged
    where rows > 0
        and usable > 0
        and rows_before > 0

    -- --- what is gone
    {%- for column, noun in {'rows': 'rows', 'customers': 'customers'}.items() %}
    union all
    select
        input,
        'lost_{{ column }}',
        '',
        case
            when {{ column }}_before >= {{ smallest }} and {{ column }} < (1 - {{ var('most_lost') }}) * {{ column }}_before then 'stopped'
            else 'passed'
        end,
        greatest(0, {{ warehouse_segmentation.share_of(column ~ '_before - ' ~ column, column ~ '_before') }}),
        {{ var('most_lost') }},
        'The input ' || input || ' has ' || {{ warehouse_segmentation.number_text(column) }} || ' {{ noun }}, but had '
        || {{ warehouse_segmentation.number_text(column ~ '_before') }} || ' at the last accepted run'
        || case
            when {{ column }}_before >= {{ smallest }} and {{ column }} < (1 - {{ var('most_lost') }}) * {{ column }}_before then
                '; up to {{ warehouse_segmentation.in_percent(var("most_lost")) }} % may be lost (most_lost)'
                || case when input = 'transactions' then
                    '. Map a file that has only the newest days with is_rolling: true. If accepted, earlier months that are gone from the file stay as they are (--full-refresh drops them).'
                    else '; if accepted, the smaller input is used.' end
            else '.'
        end
    from compared
    where rows > 0
        and {{ column }}_before > 0
        and not is_rolling
    {%- endfor %}

    union all
    select
        compared.input,
        'lost_months',
        '',
        case
            when compared.months_before >= 5 and lost_months.lost > {{ var('most_lost') }} * compared.months_before then 'stopped'
            when lost_months.lost > 0 then 'warning'
            else 'passed'
        end,
        {{ warehouse_segmentation.share_of('lost_months.lost', 'compared.months_before') }},
        {{ var('most_lost') }},
        case
            when lost_months.lost > 0 then
                'The input ' || compared.input || ' no longer has a usable row in ' || {{ warehouse_segmentation.number_text('lost_months.lost') }} || ' of '
                || {{ warehouse_segmentation.number_text('compared.months_before') }} || ' months that the last accepted run had ('
                || substr(cast(lost_months.first_lost as string), 1, 7)
                || case when lost_months.last_lost > lost_months.first_lost then ' to ' || substr(cast(lost_months.last_lost as string), 1, 7) else '' end || ')'
                || case when compared.input = 'transactions' then '; map a file that has only the newest days with is_rolling: true' else '' end || '.'
            else 'The input ' || compared.input || ' has all months that the last accepted run had.'
        end
    from compared
    inner join lost_months
        on compared.input = lost_months.input

    union all
    select
        compared.input,
        'shrunk_months',
        '',
        case
            when lost_months.most_lost <= {{ var('most_lost') }} then 'passed'
            when compared.is_rolling then 'stopped'
            else 'warning'
        end,
        lost_months.most_lost,
        {{ var('most_lost') }},
        case
            when lost_months.most_lost > {{ var('most_lost') }} then
                'A month of the input ' || compared.input || ' has lost ' || ({{ warehouse_segmentation.share_text('lost_months.most_lost') }})
                || ' of its rows since the last accepted run; up to {{ warehouse_segmentation.in_percent(var("most_lost")) }} % may be lost (most_lost).'
            else 'No month of the input ' || compared.input || ' has lost more rows than allowed.'
        end
    from compared
    inner join lost_months
        on compared.input = lost_months.input

    -- --- a file that has only the newest days and leaves days out
    union all
    select
        input,
        'rolling_gap',
        '',
        case when first_day > {{ warehouse_segmentation.add_days('last_day_before', 1) }} then 'stopped' else 'passed' end,
        cast({{ warehouse_segmentation.days_between('last_day_before', 'first_day') }} as double),
        1,
        case
            when first_day > {{ warehouse_segmentation.add_days('last_day_before', 1) }} then
                'The input ' || input || ' begins on ' || cast(first_day as string) || ', but the last accepted run ended on ' || cast(last_day_before as string)
                || ': neither has the days between; load a longer file, and accept this one only if nothing was sold on those days.'
            else 'The input ' || input || ' begins before the last accepted run ended.'
        end
    from compared
    where is_rolling
        and first_day is not null
        and last_day_before is not null

    {%- if kept is not none %}

    -- --- what is kept of earlier files
    union all
    select
        'transactions',
        'kept_lines',
        '',
        {{ "'passed'" if warehouse_segmentation.is_rolling('transactions') else "case when gone > 0 then 'warning' else 'passed' end" }},
        cast(gone as double),
        0,
        {{ warehouse_segmentation.number_text('gone') }} || ' order lines from before ' || cast(first_day as string)
        || ' are no longer in the input, but still count'
        || case when gone > 0 then ' (dbt build --full-refresh drops them).' else '.' end
    from kept_lines
    where gone is not null
    {%- endif %}

    -- --- are the inputs about the same people
    {%- if 'customers' in given and 'transactions' in given %}
    union all
    select
        'transactions',
        'known_buyers',
        '',
        case
            when share < {{ var('least_known') }} then 'stopped'
            when share < {{ var('few_known') }} then 'warning'
            else 'passed'
        end,
        share,
        case when share < {{ var('least_known') }} then {{ var('least_known') }} else {{ var('few_known') }} end,
        {{ warehouse_segmentation.number_text('known') }} || ' of ' || {{ warehouse_segmentation.number_text('buyers') }}
        || ' customers who ordered (' || ({{ warehouse_segmentation.share_text('share') }}) || ') are among the ' || {{ warehouse_segmentation.number_text('listed') }} || ' of the input customers'
        || case
            when share < {{ var('few_known') }} then
                ': inputs.customers.columns.customer_id and inputs.transactions.columns.customer_id must be the same kind of id, written the same way (least_known, few_known).'
            else '.'
        end
    from (
        select
            max(case when input = 'transactions' then known_customers end) as known,
            max(case when input = 'transactions' then customers end) as buyers,
            max(case when input = 'customers' then customers end) as listed,
            {{ warehouse_segmentation.share_of("max(case when input = 'transactions' then known_customers end)", "max(case when input = 'transactions' then customers end)") }} as share
        from compared
    ) as people
    where buyers > 0
        and listed > 0

    union all
    select
        'customers',
        'customers_who_ordered',
        '',
        'passed',
        share,
        cast(null as double),
        {{ warehouse_segmentation.number_text('known') }} || ' of the ' || {{ warehouse_segmentation.number_text('listed') }} || ' people in the input customers have ordered ('
        || ({{ warehouse_segmentation.share_text('share') }}) || ').'
    from (
        select
            max(case when input = 'transactions' then known_customers end) as known,
            max(case when input = 'customers' then customers end) as listed,
            {{ warehouse_segmentation.share_of("max(case when input = 'transactions' then known_customers end)", "max(case when input = 'customers' then customers end)") }} as share
        from compared
    ) as people
    where listed > 0
    {%- endif %}
    {%- if 'events' in given %}

    union all
    select
        'events',
        'known_events',
        '',
        case
            when share < {{ var('least_known') }} then 'stopped'
            when share < {{ var('few_known') }} then 'warning'
            else 'passed'
        end,
        share,
        case when share < {{ var('least_known') }} then {{ var('least_known') }} else {{ var('few_known') }} end,
        {{ warehouse_segmentation.number_text('known_rows') }} || ' of ' || {{ warehouse_segmentation.number_text('usable') }}
        || ' usable events (' || ({{ warehouse_segmentation.share_text('share') }}) || ') are of known customers'
        || case when share < {{ var('few_known') }} then ': inputs.events.columns.customer_id must be the same kind of id as in the other inputs (least_known, few_known).' else '.' end
    from (
        select
            *,
            {{ warehouse_segmentation.share_of('known_rows', 'usable') }} as share
        from compared
        where input = 'events'
    ) as known
    where usable > 0
    {%- endif %}

    -- --- ids that mean nobody
    {%- if 'transactions' in given %}
    {%- set real = warehouse_segmentation.real_ids('transactions') %}
    union all
    select
        'transactions',
        'customer_of_many_orders',
        item,
        case when is_too_many then 'stopped' else 'warning' end,
        share,
        {{ var('most_orders_of_one') }},
        'The customer ' || item || ' has ' || {{ warehouse_segmentation.number_text('own_orders') }} || ' of ' || {{ warehouse_segmentation.number_text('orders') }}
        || ' orders (' || ({{ warehouse_segmentation.share_text('share') }}) || '): '
        || case when is_too_many then 'no person has that many; ' else '' end
        || {{ warehouse_segmentation.text_literal("if the id means guests or no customer, write read: {customer_id: {nothing: ['") }} || item || {{ warehouse_segmentation.text_literal("']}} under inputs.transactions, and {real: ['") }} || item || {{ warehouse_segmentation.text_literal("']} if it is a customer.") }}
    from (
        select
            *,
            orders >= {{ smallest_orders }}
            and share > case
                when item in ('0', '-1') then {{ var('most_orders_of_one') }}
                -- of a few customers, each has many orders
                else greatest({{ var('most_orders_of_one') }}, 5.0 / customers)
            end as is_too_many
        from (
            select
                figures.item,
                figures.rows as own_orders,
                compared.orders,
                compared.customers,
                {{ warehouse_segmentation.share_of('figures.rows', 'compared.orders') }} as share
            from figures
            inner join compared
                on figures.input = compared.input
            where figures.measure = 'orders_of'
                {%- if real %}
                and figures.item not in ({% for id in real %}{{ warehouse_segmentation.text_literal(id) }}{{ ', ' if not loop.last }}{% endfor %})
                {%- endif %}
        ) as shares
    ) as judged
    where is_too_many
        or item in ('0', '-1')

    -- --- statuses that no list has
    union all
    select
        'transactions',
        'unknown_status',
        item,
        'warning',
        cast(rows as double),
        0,
        {{ warehouse_segmentation.text_literal("The status '") }} || item || {{ warehouse_segmentation.text_literal("' is on ") }} || {{ warehouse_segmentation.number_text('rows') }}
        || ' lines and in none of the lists, so they count; add it to cancelled_statuses, ignored_statuses or counting_statuses.'
    from (
        select
            statuses.item,
            statuses.rows,
            row_number() over (order by statuses.rows desc, statuses.item) as place
        from (
            select
                item,
                sum(rows) as rows
            from figures
            where input = 'transactions'
                and measure = 'rows'
                and item is not null
            group by item
        ) as statuses
    ) as placed
    where place <= 20
    {%- endif %}

    -- --- new and lost columns
    union all
    select
        figures.input,
        'new_column',
        figures.item,
        'warning',
        cast(null as double),
        cast(null as double),
        'The input ' || figures.input || {{ warehouse_segmentation.text_literal(" has a column '") }} || figures.item || {{ warehouse_segmentation.text_literal("' that the last accepted run did not have: map it under inputs.") }} || figures.input || '.columns if it should count.'
    from figures
    inner join compared
        on figures.input = compared.input
    left join previous
        on figures.input = previous.input
        and figures.item = previous.item
        and previous.measure = 'column'
    where figures.measure = 'column'
        and compared.columns_before > 0
        and previous.item is null

    union all
    select
        previous.input,
        'lost_column',
        previous.item,
        'warning',
        cast(null as double),
        cast(null as double),
        'The input ' || previous.input || {{ warehouse_segmentation.text_literal(" no longer has the column '") }} || previous.item || {{ warehouse_segmentation.text_literal("' that the last accepted run had.") }}
    from previous
    inner join compared
        on previous.input = compared.input
    left join figures
        on previous.input = figures.input
        and previous.item = figures.item
        and figures.measure = 'column'
    where previous.measure = 'column'
        and figures.item is null

    -- --- values that may mean "unknown"
    {%- for end, next, after, other in [('highest', 'high', 'below_high', 'lowest'), ('lowest', 'low', 'above_low', 'highest')] %}
    union all
    select
        'customers',
        '{{ end }}_value',
        item,
        'warning',
        {{ warehouse_segmentation.share_of(end ~ '_rows', 'filled') }},
        {{ var('most_at_one_end') }},
        {{ warehouse_segmentation.number_text(end ~ '_rows') }} || ' of ' || {{ warehouse_segmentation.number_text('filled') }} || ' values of ' || item || ' are '
        || ({{ warehouse_segmentation.short_number_text(end) }}) || ', the {{ end }}, and the next is ' || ({{ warehouse_segmentation.short_number_text(next) }})
        || ': if it means unknown, map it to a missing value, for example nullif(' || item || ', ' || ({{ warehouse_segmentation.short_number_text(end) }}) || ').'
    from (
        select
            item,
            max(case when measure = '{{ next }}' then rows end) as filled,
            max(case when measure = '{{ end }}' then rows end) as {{ end }}_rows,
            max(case when measure = '{{ end }}' then value end) as {{ end }},
            max(case when measure = '{{ next }}' then value end) as {{ next }},
            max(case when measure = '{{ after }}' then value end) as {{ after }},
            max(case when measure = '{{ other }}' then value end) as {{ other }}
        from figures
        where measure in ('{{ end }}', '{{ next }}', '{{ after }}', '{{ other }}')
        group by item
    ) as ends
    where filled >= 100
        and {{ end }}_rows > {{ var('most_at_one_end') }} * filled
        and abs({{ end }} - {{ next }}) > 3 * abs({{ next }} - {{ after }})
        and abs({{ end }} - {{ next }}) > 0.1 * abs({{ next }} - {{ other }})
        {%- if end == 'lowest' %}
        -- 0 is an ordinary value for most numbers, but not for years
        and ({{ end }} <> 0 or item = 'age')
        {%- endif %}
    {%- endfor %}

    -- --- contact data in published tables
    {%- for measure, noun in {'emails': 'e-mail addresses', 'phones': 'phone numbers'}.items() %}
    union all
    select
        input,
        '{{ measure }}',
        item,
        'warning',
        {{ warehouse_segmentation.share_of('rows', 'value') }},
        {{ least_contacts }},
        'The column ' || item || ' of ' || input || ' contains {{ noun }} (' || {{ warehouse_segmentation.number_text('rows') }} || ' of '
        || {{ warehouse_segmentation.number_text('cast(value as bigint)') }} || ' values), and '
        || case
            when item = 'customer_id' then 'it is in every published table of customers: map another id, or a hash of this one.'
            else
                'it would be published in customer_attributes: remove it from inputs.customers.columns; segment export --for joins contacts at export.'
        end
    from figures
    where measure = '{{ measure }}'
        and rows >= {{ least_contacts }} * value
    {%- endfor %}

)

select
    cast(input as string) as input,
    cast(check_name as string) as check_name,
    cast(item as string) as item,
    cast({{ "case when status = 'stopped' then 'accepted' else status end" if var('accept_changes') else 'status' }} as string) as status,
    cast(value as double) as value,
    cast(threshold as double) as threshold,
    cast(message as string) as message

from checks
