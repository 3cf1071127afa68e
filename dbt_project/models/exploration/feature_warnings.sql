{%- set specs = warehouse_segmentation.training_specs() -%}
{%- set used = warehouse_segmentation.sampled_features(specs) -%}

with

-- the settings of a feature; `place` is that of its column among those of the sampled customers
asked as (

    {%- for spec in specs %}
    {%- for feature in spec.features %}
    select
        '{{ spec.name }}' as segmentation,
        {{ warehouse_segmentation.text_literal(feature.name) }} as feature,
        '{{ feature.kind }}' as kind,
        '{{ feature.impute }}' as impute,
        {{ used.index(feature.name) + 1 }} as place
    union all
    {%- endfor %}
    {%- endfor %}
    select
        cast(null as string) as segmentation,
        cast(null as string) as feature,
        cast(null as string) as kind,
        cast(null as string) as impute,
        cast(null as int) as place
    where false

),

-- The prepared columns that take part. A segmentation without any has no warnings: it is skipped.
prepared_columns as (

    select
        segmentation,
        position,
        feature_position,
        feature,
        kind

    from {{ ref('warehouse_segmentation', 'int_segmentation__preparation') }}
    where position is not null

),

covariances as (

    select
        covariances.segmentation,
        one.feature,
        one.feature_position,
        one.kind,
        other.feature as other_feature,
        other.feature_position as other_feature_position,
        other.kind as other_kind,
        covariances.position,
        covariances.other_position,
        covariances.customers,
        covariances.covariance

    from {{ ref('warehouse_segmentation', 'int_segmentation__feature_covariances') }} as covariances
    inner join prepared_columns as one
        on covariances.segmentation = one.segmentation
        and covariances.position = one.position
    inner join prepared_columns as other
        on covariances.segmentation = other.segmentation
        and covariances.other_position = other.position

),

variances as (

    select
        segmentation,
        feature,
        sum({{ warehouse_segmentation.exact('covariance') }}) as variance

    from covariances
    where position = other_position
    group by
        segmentation,
        feature

),

-- Two features are compared by the root of the RV coefficient of their prepared columns (Escoufier 1973), the
-- correlation of the squared distances they make: for two numbers it is the size of their correlation, for
-- categories all levels count together, and 1 means that the second repeats the distances of the first. Each
-- feature has a variance of 1 here, so that weights make nothing too small for a decimal.
scaled as (

    select
        covariances.*,
        covariances.covariance / nullif(sqrt(cast(one.variance as double)) * sqrt(cast(other.variance as double)), 0) as scaled_covariance

    from covariances
    inner join variances as one
        on covariances.segmentation = one.segmentation
        and covariances.feature = one.feature
    inner join variances as other
        on covariances.segmentation = other.segmentation
        and covariances.other_feature = other.feature

),

squares as (

    select
        segmentation,
        feature,
        feature_position,
        kind,
        other_feature,
        other_feature_position,
        other_kind,
        max(customers) as customers,
        max(covariance) as covariance,
        cast(sum({{ warehouse_segmentation.exact('scaled_covariance * scaled_covariance') }}) as double) as squared_covariance

    from scaled
    group by
        segmentation,
        feature,
        feature_position,
        kind,
        other_feature,
        other_feature_position,
        other_kind

),

correlated as (

    select
        between_two.segmentation,
        'correlated_features' as warning,
        between_two.feature,
        between_two.other_feature,
        sqrt(between_two.squared_covariance / nullif(sqrt(one.squared_covariance) * sqrt(other.squared_covariance), 0)) as value,
        case when between_two.kind = 'numeric' and between_two.other_kind = 'numeric' then sign(between_two.covariance) end as direction

    from squares as between_two
    inner join squares as one
        on between_two.segmentation = one.segmentation
        and between_two.feature = one.feature
        and between_two.feature = one.other_feature
    inner join squares as other
        on between_two.segmentation = other.segmentation
        and between_two.other_feature = other.feature
        and between_two.other_feature = other.other_feature
    where between_two.feature_position < between_two.other_feature_position
        and between_two.customers >= 30

),

dominant as (

    select
        segmentation,
        'dominant_feature' as warning,
        feature,
        cast(null as string) as other_feature,
        cast(variance as double) / nullif(cast(sum(variance) over (partition by segmentation) as double), 0) as value,
        cast(null as double) as direction,
        count(*) over (partition by segmentation) as features

    from variances

),

sampled as (

    select
        segmentation,
        is_compared,
        position,
        feature,
        kind,
        value

    from {{ ref('warehouse_segmentation', 'int_segmentation__sample_values') }}

),

extents as (

    select
        segmentation,
        position,
        feature,
        kind,
        count(*) as customers,
        max(value) - min(value) as extent,
        percentile_cont(0.99) within group (order by case when is_compared and kind = 'numeric' then value * value end) as far

    from sampled
    group by
        segmentation,
        position,
        feature,
        kind

),

-- how much of a feature's variance the most extreme customers carry, at most 1 % of all
tails as (

    select
        sampled.segmentation,
        'heavy_tail' as warning,
        sampled.feature,
        cast(null as string) as other_feature,
        cast(sum(case when sampled.value * sampled.value > extents.far then {{ warehouse_segmentation.exact('sampled.value * sampled.value') }} end) as double)
            / nullif(cast(sum({{ warehouse_segmentation.exact('sampled.value * sampled.value') }}) as double), 0) as value,
        cast(null as double) as direction

    from sampled
    inner join extents
        on sampled.segmentation = extents.segmentation
        and sampled.position = extents.position
    where sampled.is_compared
        and sampled.kind = 'numeric'
        and extents.customers >= 100
    group by
        sampled.segmentation,
        sampled.feature

),

constant as (

    select
        segmentation,
        'constant_feature' as warning,
        feature,
        cast(null as string) as other_feature,
        0.0e0 as value,
        cast(null as double) as direction

    from extents
    group by
        segmentation,
        feature
    having max(extent) = 0
        and max(customers) > 1

),

missing as (

    select
        segmentation,
        'mostly_missing' as warning,
        feature,
        cast(null as string) as other_feature,
        1 - cast(max(known_customers) as double) / max(sampled_customers) as value,
        cast(null as double) as direction

    from {{ ref('warehouse_segmentation', 'int_segmentation__preparation') }}
    where segmentation in (select segmentation from prepared_columns)
    group by
        segmentation,
        feature

),

-- features whose missing values get a stand-in that the settings do not name
imputed as (

    select distinct
        asked.segmentation,
        asked.feature,
        asked.place

    from asked
    inner join prepared_columns
        on asked.segmentation = prepared_columns.segmentation
        and asked.feature = prepared_columns.feature
    where asked.kind = 'category'
        or asked.impute = 'median'

),

lacking as (

    select
        customers.segmentation,
        customers.customer_id,
        count(*) as imputed_features,
        sum(case
            {%- for name in used %}
            when imputed.place = {{ loop.index }} and customers.feature_{{ loop.index }} is null then 1
            {%- endfor %}
            when imputed.place is not null then 0
        end) as lacking_features

    from {{ ref('warehouse_segmentation', 'int_segmentation__training_customers') }} as customers
    inner join imputed
        on customers.segmentation = imputed.segmentation
    group by
        customers.segmentation,
        customers.customer_id

),

mostly_imputed as (

    select
        segmentation,
        'mostly_imputed' as warning,
        cast(null as string) as feature,
        cast(null as string) as other_feature,
        cast(count(case when 2 * lacking_features > imputed_features then 1 end) as double) / count(*) as value,
        cast(null as double) as direction

    from lacking
    group by segmentation

),

measured as (

    select * from correlated
    union all
    select
        segmentation,
        warning,
        feature,
        other_feature,
        value,
        direction
    from dominant
    where features > 1
    union all
    select * from tails
    union all
    select * from constant
    union all
    select * from missing
    union all
    select * from mostly_imputed

),

thresholds as (

    select
        'mostly_imputed' as warning,
        0.5e0 as threshold,
        1 as warning_order
    union all
    select
        'mostly_missing',
        0.5e0,
        2
    union all
    select
        'correlated_features',
        0.95e0,
        3
    union all
    select
        'dominant_feature',
        0.7e0,
        4
    union all
    select
        'heavy_tail',
        0.5e0,
        5
    union all
    select
        'constant_feature',
        0.0e0,
        6

),

judged as (

    select
        measured.*,
        asked.kind,
        asked.impute,
        thresholds.threshold,
        thresholds.warning_order,
        {{ warehouse_segmentation.percent_text('measured.value') }} as percent,
        cast(cast(measured.value * coalesce(measured.direction, 1) as decimal(6, 2)) as string) as correlation

    from measured
    inner join thresholds
        on measured.warning = thresholds.warning
    left join asked
        on measured.segmentation = asked.segmentation
        and measured.feature = asked.feature
    where measured.value > thresholds.threshold
        or (measured.warning = 'constant_feature' and measured.value = 0)

),

told as (

    select
        *,
        case
            when warning = 'mostly_imputed' then 'high'
            when warning = 'constant_feature' then 'low'
            when warning = 'mostly_missing' and kind = 'numeric' and impute <> 'median' then 'low'
            else 'medium'
        end as severity,
        case
            when warning = 'mostly_imputed' then
                percent || ' of the population lack most of what it is segmented by, so their segments come from imputed values'
                || ' and say little about them: limit the population to customers who have these features, or choose others.'
            when warning = 'mostly_missing' and value = 1 then
                'Nobody in the population has a value of ' || feature || ', so it takes no part: map it, or leave it out.'
            when warning = 'mostly_missing' and kind = 'category' then
                percent || ' of the population have no ' || feature || ', so it mostly shows who has one:'
                || ' leave it out, or limit the population to customers who have it.'
            when warning = 'mostly_missing' and impute = 'median' then
                percent || ' of the population have no ' || feature || ' and get its median instead, which makes them look alike:'
                || ' leave it out, or limit the population to customers who have it.'
            when warning = 'mostly_missing' then
                percent || ' of the population have no ' || feature || ' and count as '
                || case impute when 'zero' then '0' else impute end || ': leave it out if that is not what a missing value means.'
            when warning = 'correlated_features' and direction < 0 then
                feature || ' and ' || other_feature || ' are opposites (correlation ' || correlation
                || '), so they say one thing, which counts double: drop one or halve their weights.'
            when warning = 'correlated_features' then
                feature || ' and ' || other_feature || ' say nearly the same (correlation ' || correlation
                || '), so it counts double: drop one or halve their weights.'
            when warning = 'dominant_feature' then
                feature || ' makes up ' || percent || ' of the variance of all features together, so the segments follow it'
                || ' nearly alone: lower its weight, or segment by it alone.'
            when warning = 'heavy_tail' then
                'Fewer than 1 % of customers make up ' || percent || ' of the variance of ' || feature
                || ', so segments may be spent on a few extremes: give it a log transform or a narrower winsor.'
            when warning = 'constant_feature' then
                feature || ' has one value for the whole population once it is prepared, so it separates nobody:'
                || ' leave it out, or widen its winsor if it does vary.'
        end as message

    from judged

)

select
    cast(segmentation as string) as segmentation,
    cast(row_number() over (
        partition by segmentation
        order by
            case severity when 'high' then 1 when 'medium' then 2 else 3 end,
            warning_order,
            value desc,
            feature,
            other_feature
    ) as int) as position,
    cast(warning as string) as warning,
    cast(severity as string) as severity,
    cast(feature as string) as feature,
    cast(other_feature as string) as other_feature,
    value,
    threshold,
    cast(message as string) as message

from told
