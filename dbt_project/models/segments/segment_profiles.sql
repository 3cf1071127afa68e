with

segments as (

    select * from {{ ref('warehouse_segmentation', 'segments') }}
    where status = 'active'

),

customer_segments as (

    select * from {{ ref('warehouse_segmentation', 'customer_segments') }}

),

features as (

    select * from {{ ref('warehouse_segmentation', 'customer_features') }}

),

-- the phrase for the mean of a feature, where it has its own name
phrases as (

    {%- set labels = var('feature_labels', none) or {} %}
    {%- for feature in warehouse_segmentation.feature_definitions() if feature.phrase and feature.name not in labels %}
    select
        {{ warehouse_segmentation.text_literal(feature.name) }} as feature,
        {{ warehouse_segmentation.text_literal(feature.phrase) }} as phrase
    union all
    {%- endfor %}
    select
        null,
        null
    where false

),

-- significant differences of a segment; a category by its most distinctive level
facts as (

    select
        profiles.segment_key,
        profiles.distinctiveness_rank,
        row_number() over (
            partition by profiles.segment_key, model_features.feature
            order by profiles.distinctiveness_rank
        ) as place_in_feature,
        -- a category is followed by its level: '80 % for gender: female'
        coalesce(
            phrases.phrase,
            '{} for ' || coalesce(catalog.label, replace(model_features.feature, '_', ' '))
            || substring(profiles.feature, length(model_features.feature) + 1)
        ) as phrase,
        model_features.kind = 'category' or coalesce(catalog.unit = 'share', false) as is_share,
        profiles.mean,
        profiles.population_mean

    from {{ ref('warehouse_segmentation', 'segment_feature_profiles') }} as profiles
    inner join segments
        on profiles.segment_key = segments.segment_key
    inner join {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }} as model_features
        on segments.last_model_id = model_features.model_id
        and profiles.position = model_features.position
    left join {{ ref('warehouse_segmentation', 'feature_catalog') }} as catalog
        on model_features.feature = catalog.feature
    left join phrases
        on model_features.feature = phrases.feature
    where profiles.is_significant
        and abs(profiles.z_score) > 0.3
        and sign(profiles.mean - profiles.population_mean) = sign(profiles.z_score)

),

written as (

    select
        segment_key,
        distinctiveness_rank,
        phrase,
        case when is_share then {{ warehouse_segmentation.share_text('mean') }} else {{ warehouse_segmentation.short_number_text('mean') }} end as own_text,
        case when is_share then {{ warehouse_segmentation.share_text('population_mean') }} else {{ warehouse_segmentation.short_number_text('population_mean') }} end as text_of_everyone

    from facts
    where place_in_feature = 1

),

-- a difference that rounding hides is left out
worded as (

    select
        segment_key,
        replace(phrase, '{}', own_text) as fact,
        text_of_everyone,
        row_number() over (partition by segment_key order by distinctiveness_rank) as place

    from written
    where own_text <> text_of_everyone

),

told as (

    select
        segment_key,
        max(case when place = 1 then fact || ' (everyone: ' || text_of_everyone || ')' end) as first_fact,
        max(case when place = 2 then fact || ' (' || text_of_everyone || ')' end) as second_fact,
        max(case when place = 3 then fact || ' (' || text_of_everyone || ')' end) as third_fact

    from worded
    where place <= 3
    group by segment_key

),

totals as (

    select
        customer_segments.segmentation,
        customer_segments.segment_id,
        count(*) as customers,
        sum(features.net_revenue) as net_revenue,
        sum(features.net_revenue_last_365d) as net_revenue_last_365d,
        count(case when features.days_since_last_order <= 365 then 1 end) as customers_active_last_365d,
        sum(features.orders) as orders,
        sum(features.days_since_last_order) as days_since_last_order,
        count(features.days_since_last_order) as buyers,
        sum(cast(customer_segments.confidence as decimal(18, 12))) as confidence,
        count(customer_segments.confidence) as confident_customers

    from customer_segments
    inner join features
        on customer_segments.customer_id = features.customer_id
    group by
        customer_segments.segmentation,
        customer_segments.segment_id

),

whole as (

    select
        segmentation,
        sum(customers) as customers,
        sum(net_revenue) as net_revenue

    from totals
    group by segmentation

),

currencies as (

    select max(item) as currency
    from {{ ref('warehouse_segmentation', 'int_segmentation__input_figures') }}
    where measure = 'currency'

),

-- a segment without customers today keeps its row
joined as (

    select
        segments.segmentation,
        segments.segment_key,
        segments.segment_id,
        segments.segment_name,
        currencies.currency,
        coalesce(totals.customers, 0) as customers,
        cast(coalesce(totals.customers, 0) as double) / nullif(cast(whole.customers as double), 0) as customer_share,
        -- revenue is unknown where no transactions are mapped
        case when whole.net_revenue is not null then coalesce(totals.net_revenue, 0) end as net_revenue,
        case when whole.net_revenue is not null then coalesce(totals.net_revenue_last_365d, 0) end as net_revenue_last_365d,
        case when whole.net_revenue is not null then coalesce(totals.customers_active_last_365d, 0) end as customers_active_last_365d,
        cast(coalesce(totals.net_revenue, 0) as double) / nullif(cast(whole.net_revenue as double), 0) as revenue_share,
        cast(totals.net_revenue as double) / nullif(cast(totals.customers as double), 0) as avg_net_revenue,
        cast(totals.orders as double) / nullif(cast(totals.customers as double), 0) as avg_orders,
        cast(totals.days_since_last_order as double) / nullif(cast(totals.buyers as double), 0) as avg_days_since_last_order,
        cast(totals.confidence as double) / nullif(cast(totals.confident_customers as double), 0) as avg_confidence,
        case
            when told.third_fact is not null then told.first_fact || ', ' || told.second_fact || ' and ' || told.third_fact
            when told.second_fact is not null then told.first_fact || ' and ' || told.second_fact
            else told.first_fact
        end as facts

    from segments
    cross join currencies
    left join totals
        on segments.segmentation = totals.segmentation
        and segments.segment_id = totals.segment_id
    left join whole
        on segments.segmentation = whole.segmentation
    left join told
        on segments.segment_key = told.segment_key

)

select
    segmentation,
    segment_key,
    segment_id,
    segment_name,
    cast(customers as bigint) as customers,
    customer_share,
    cast(net_revenue as decimal(18, 4)) as net_revenue,
    cast(net_revenue_last_365d as decimal(18, 4)) as net_revenue_last_365d,
    cast(customers_active_last_365d as bigint) as customers_active_last_365d,
    revenue_share,
    avg_net_revenue,
    cast(currency as string) as currency,
    avg_orders,
    avg_days_since_last_order,
    avg_confidence,
    cast(
        case
            when customers = 0 then 'Nobody is in it today.'
            else
                {{ warehouse_segmentation.number_text('customers', 0) }} || case when customers = 1 then ' customer (' else ' customers (' end
                || {{ warehouse_segmentation.share_text('customer_share') }}
                || case when segment_id = 0 then ') outside the segments' else ')' end
                || case
                    when revenue_share is null then ''
                    when customers = 1 then ' brings ' || {{ warehouse_segmentation.share_text('revenue_share') }} || ' of net revenue'
                    else ' bring ' || {{ warehouse_segmentation.share_text('revenue_share') }} || ' of net revenue'
                end
                || coalesce('; on average ' || facts, case when segment_id = 0 then '' else '; much like everyone' end)
                || '.'
        end
    as string) as headline

from joined
