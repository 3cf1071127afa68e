{#- A query for the net revenue of customers until a date, 'YYYY-MM-DD', from the lines known now: (customer_id,
    net_revenue), without customers who had no line. It is the net_revenue that customer_features has as of that date.
    -#}
{% macro worth_until(as_of) %}
    select
        customer_id,
        cast(sum(case when amount > 0 and is_cancelled then 0 else amount end) as decimal(18, 4)) as net_revenue

    from {{ ref('warehouse_segmentation', 'int_segmentation__order_lines') }}
    where reason is null
        and ordered_date < date '{{ as_of }}'
        {%- if var('lookback_days', none) is not none %}
        and ordered_date >= {{ warehouse_segmentation.add_days("date '" ~ as_of ~ "'", -var('lookback_days')) }}
        {%- endif %}
    group by customer_id
{% endmacro %}

{#- The rows of int_segmentation__segment_changes on a date that `segment backfill` inserts, or on one that follows it.

    `present` is a query for each customer's segment and net revenue on that date (segmentation, customer_id,
    segment_id, net_revenue), `changes` the table of the changes before it, `models` the model that scores each
    segmentation, or none. `recorded` is the table with a date that was recorded before: the net revenue of customers
    then, the causes of moves and the sizes of segments are taken from it. Segmentations that are not named are left
    alone, whereas the model also compares those that a project no longer has. -#}
{% macro backfilled_changes(present, changes, as_of, models, is_new_date, recorded=none) %}
{%- set day = "date '" ~ as_of ~ "'" %}
    with

    present as (
        {{ present }}
    ),

    previous as (
        {{ warehouse_segmentation.segments_on(changes, day, models.keys()) }}
    ),

    previous_models as (
        {{ warehouse_segmentation.models_on(changes, day) }}
    ),

    models as (

        {%- for segmentation, model_id in models.items() %}
        select
            '{{ segmentation }}' as segmentation,
            cast({{ 'null' if model_id is none else "'" ~ model_id ~ "'" }} as string) as model_id
        {{ 'union all' if not loop.last }}
        {%- endfor %}

    ),

    {%- if recorded is not none %}

    recorded as (

        select *
        from {{ recorded }}
        where segmentation in ('{{ models.keys() | join("', '") }}')
            and valid_from = {{ day }}

    ),
    {%- endif %}

    -- whether net revenue is known, which it is not where no transactions are mapped
    worths as (

        select count(net_revenue) > 0 as are_known
        from {{ 'recorded' if recorded is not none else 'present' }}

    ),

    changed as (

        select
            coalesce(present.segmentation, previous.segmentation) as segmentation,
            coalesce(present.customer_id, previous.customer_id) as customer_id,
            present.segment_id,
            previous.segment_id as previous_segment_id,
            case when present.customer_id is null and worths.are_known then 0 else present.net_revenue end as net_revenue

        from present
        full outer join previous
            on present.segmentation = previous.segmentation
            and present.customer_id = previous.customer_id
        cross join worths
        where coalesce(present.segment_id, -1) <> coalesce(previous.segment_id, -1)

    ),

    -- Between dates of two models, the cause of all moves is the model: the old model does not score past dates.
    explained as (

        select
            changed.segmentation,
            changed.customer_id,
            changed.segment_id,
            changed.previous_segment_id,
            case when changed.segment_id is not null then models.model_id end as model_id,
            case
                when changed.segment_id is null or changed.previous_segment_id is null then null
                {%- if recorded is not none %}
                when recorded.previous_segment_id = changed.previous_segment_id and recorded.cause is not null then recorded.cause
                {%- endif %}
                when coalesce(models.model_id, '') = coalesce(previous_models.model_id, '') then 'behaviour'
                else 'model'
            end as cause,
            {{ 'coalesce(recorded.net_revenue, changed.net_revenue)' if recorded is not none else 'changed.net_revenue' }} as net_revenue

        from changed
        inner join models
            on changed.segmentation = models.segmentation
        left join previous_models
            on changed.segmentation = previous_models.segmentation
        {%- if recorded is not none %}
        left join recorded
            on changed.segmentation = recorded.segmentation
            and changed.customer_id = recorded.customer_id
        {%- endif %}

    ),

    with_markers as (

        select
            segmentation,
            customer_id,
            segment_id,
            previous_segment_id,
            model_id,
            cause,
            net_revenue,
            cast(null as bigint) as customers
        from explained

        union all

        {%- if recorded is not none %}

        select
            segmentation,
            customer_id,
            segment_id,
            previous_segment_id,
            model_id,
            cause,
            net_revenue,
            customers
        from recorded
        where customer_id is null
        {%- else %}

        select
            present.segmentation,
            null,
            present.segment_id,
            null,
            max(models.model_id),
            null,
            sum(present.net_revenue),
            count(*)
        from present
        inner join models
            on present.segmentation = models.segmentation
        group by
            present.segmentation,
            present.segment_id
        {%- endif %}

        {%- if is_new_date %}

        union all

        select
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null
        {%- endif %}

    )

    select
        cast(segmentation as string) as segmentation,
        cast(customer_id as string) as customer_id,
        cast(segment_id as int) as segment_id,
        cast(previous_segment_id as int) as previous_segment_id,
        cast(model_id as string) as model_id,
        cast(cause as string) as cause,
        cast(net_revenue as decimal(18, 4)) as net_revenue,
        cast(customers as bigint) as customers,
        {{ day }} as valid_from

    from with_markers
{% endmacro %}

{#- The months of segment_months, with customers_in and customers_out computed again where `are_retold` holds:
    inserting an earlier date has changed what is known about the beginning of these months. As in the model, a
    segment that exists only at the beginning has a row of its own. -#}
{% macro retold_months(months, history, are_retold) %}
    with

    told as (

        select
            *,
            {{ warehouse_segmentation.month_floor('month_end') }} as month_start
        from {{ months }}
        where {{ are_retold }}

    ),

    known as (

        select
            segmentation,
            month_end,
            month_start,
            as_of_date,
            max(currency) as currency,
            count(orders) > 0 as has_orders

        from told
        group by
            segmentation,
            month_end,
            month_start,
            as_of_date

    ),

    {%- for name, day in {'before': 'month_start', 'present': 'as_of_date'}.items() %}

    {{ name }} as (

        select
            known.segmentation,
            known.month_end,
            history.customer_id,
            history.segment_id,
            history.model_id

        from {{ history }} as history
        inner join known
            on history.segmentation = known.segmentation
            and history.valid_from <= known.{{ day }}
            and (history.valid_to is null or history.valid_to > known.{{ day }})

    ),
    {%- endfor %}

    comparable as (

        select
            segmentation,
            month_end
        from before
        group by
            segmentation,
            month_end
        having count(model_id) > 0

    ),
    {%- for name, here, there in [('came', 'present', 'before'), ('went', 'before', 'present')] %}

    {{ name }} as (

        select
            {{ here }}.segmentation,
            {{ here }}.month_end,
            {{ here }}.segment_id,
            count(case when coalesce({{ there }}.segment_id, -1) <> {{ here }}.segment_id then 1 end) as customers

        from {{ here }}
        left join {{ there }}
            on {{ here }}.segmentation = {{ there }}.segmentation
            and {{ here }}.month_end = {{ there }}.month_end
            and {{ here }}.customer_id = {{ there }}.customer_id
        group by
            {{ here }}.segmentation,
            {{ here }}.month_end,
            {{ here }}.segment_id

    ),
    {%- endfor %}

    segments as (

        select
            segmentation,
            month_end,
            segment_id
        from told
        union
        select
            segmentation,
            month_end,
            segment_id
        from went

    )

    select
        segments.segmentation,
        cast({{ warehouse_segmentation.segment_key('segments.segmentation', 'segments.segment_id') }} as string) as segment_key,
        segments.segment_id,
        coalesce(told.customers, 0) as customers,
        cast(case when comparable.segmentation is not null then coalesce(came.customers, 0) end as bigint) as customers_in,
        cast(case when comparable.segmentation is not null then coalesce(went.customers, 0) end as bigint) as customers_out,
        {%- for name in ['active_customers', 'orders', 'net_revenue'] %}
        case when known.has_orders then coalesce(told.{{ name }}, 0) end as {{ name }},
        {%- endfor %}
        known.currency,
        known.as_of_date,
        segments.month_end

    from segments
    inner join known
        on segments.segmentation = known.segmentation
        and segments.month_end = known.month_end
    left join told
        on segments.segmentation = told.segmentation
        and segments.month_end = told.month_end
        and segments.segment_id = told.segment_id
    {%- for name in ['came', 'went'] %}
    left join {{ name }}
        on segments.segmentation = {{ name }}.segmentation
        and segments.month_end = {{ name }}.month_end
        and segments.segment_id = {{ name }}.segment_id
    {%- endfor %}
    left join comparable
        on segments.segmentation = comparable.segmentation
        and segments.month_end = comparable.month_end
{% endmacro %}

{#- Statements, separated by ';;', that copy the rows of some dates from another table into a kept table, and leave
    all its other dates alone. `columns` are those of the kept table in its order, and `column` the one with the
    dates. -#}
{% macro replace_dates(kept, fresh, columns, column, dates) %}
  {%- set are_replaced = column ~ " in (date '" ~ dates | join("', date '") ~ "')" -%}
  {{- return(adapter.dispatch('segmentation_replace_dates', 'warehouse_segmentation')(kept, fresh, columns, column, are_replaced)) -}}
{% endmacro %}

{#- both in one transaction -#}
{% macro default__segmentation_replace_dates(kept, fresh, columns, column, are_replaced) -%}
delete from {{ kept }} where {{ are_replaced }};;
insert into {{ kept }} ({{ columns | join(', ') }}) select {{ columns | join(', ') }} from {{ fresh }} where {{ are_replaced }}
{%- endmacro %}

{#- there is no transaction, but a statement replaces whole partitions -#}
{% macro spark__segmentation_replace_dates(kept, fresh, columns, column, are_replaced) -%}
set spark.sql.sources.partitionOverwriteMode = dynamic;;
insert overwrite table {{ kept }} partition ({{ column }}) select {{ columns | join(', ') }} from {{ fresh }} where {{ are_replaced }}
{%- endmacro %}

{% macro databricks__segmentation_replace_dates(kept, fresh, columns, column, are_replaced) -%}
insert into {{ kept }} replace where {{ are_replaced }} select {{ columns | join(', ') }} from {{ fresh }} where {{ are_replaced }}
{%- endmacro %}
