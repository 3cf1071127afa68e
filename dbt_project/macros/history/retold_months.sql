{#- The months of segment_months with customers_in and customers_out told anew where `are_retold` holds: who was where at
    their beginning is known better since an earlier date was inserted. As in the model, a segment that only the
    beginning knows has a row of its own. -#}
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
