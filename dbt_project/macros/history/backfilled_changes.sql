{#- The rows of int_segmentation__segment_changes on a date that `segment backfill` inserts, or on one that follows it.

    `present` is a query for who is where on that date and what they are worth (segmentation, customer_id, segment_id,
    net_revenue), `changes` the table of the changes before it, `models` the model that scores each segmentation, or none.
    `recorded` is the table that knows a date which was recorded before: what customers were worth then, why they moved and
    how large segments were are taken from it. Segmentations that are not named are left alone, while the model compares
    those too that a project no longer asks for. -#}
{% macro backfilled_changes(present, changes, as_of, models, is_new_date, recorded=none) %}
    with

    present as (
        {{ present }}
    ),

    previous as (
        {{ warehouse_segmentation.segments_on(changes, as_of, models.keys()) }}
    ),

    -- the model that scored the last date before this one
    previous_models as (

        select
            segmentation,
            model_id
        from (
            select
                segmentation,
                max(model_id) as model_id,
                row_number() over (partition by segmentation order by valid_from desc) as place

            from {{ changes }}
            where segmentation is not null
                and valid_from < date '{{ as_of }}'
            group by
                segmentation,
                valid_from
        ) as earlier
        where place = 1

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
            and valid_from = date '{{ as_of }}'

    ),
    {%- endif %}

    -- whether it is known what customers are worth: nothing is where no transactions are mapped
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

    -- Between dates of two models all moves are the model's: what the one before would say is not asked of the past.
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
        date '{{ as_of }}' as valid_from

    from with_markers
{% endmacro %}
