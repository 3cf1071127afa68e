{%- set preparation = ref('warehouse_segmentation', 'int_segmentation__preparation') -%}
{%- set specs = warehouse_segmentation.training_specs() -%}
{%- set used = warehouse_segmentation.sampled_features(specs) -%}
{%- set branches = [] -%}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__training_sample') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__training_customers') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__segmentation_settings') }}
with

{% for spec in specs -%}
{%- set columns = warehouse_segmentation.prepared_structure(preparation, "segmentation = '" ~ spec.name ~ "'") -%}
{%- set features = warehouse_segmentation.prepared_features(spec, columns) -%}
{%- if features -%}
{%- do branches.append('measured_' ~ loop.index) -%}
measured_{{ loop.index }} as (

{{ warehouse_segmentation.measure_features(spec, features, columns, used) }}
),

{% endif -%}
{%- endfor -%}

measured as (

    {%- for branch in branches %}
    select * from {{ branch }}
    union all
    {%- endfor %}
    select
        cast(null as string) as segmentation,
        cast(null as string) as warning,
        cast(null as string) as feature,
        cast(null as string) as other_feature,
        cast(null as double) as value,
        cast(null as double) as direction,
        cast(null as bigint) as customers
    where false

),

-- the settings of a feature
asked as (

    {%- for spec in specs %}
    {%- for feature in spec.features %}
    select
        '{{ spec.name }}' as segmentation,
        {{ warehouse_segmentation.text_literal(feature.name) }} as feature,
        '{{ feature.kind }}' as kind,
        '{{ feature.impute }}' as impute
    union all
    {%- endfor %}
    {%- endfor %}
    select
        cast(null as string) as segmentation,
        cast(null as string) as feature,
        cast(null as string) as kind,
        cast(null as string) as impute
    where false

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
                percent || ' of the population lack most of what it is segmented by, so their segments come from stand-in values'
                || ' and say little about them: limit the population to customers who have these features, or choose others.'
            when warning = 'mostly_missing' and value = 1 then
                'Nobody in the population has a value of ' || feature || ', so it takes no part: map it, or leave it out.'
            when warning = 'mostly_missing' and kind = 'category' then
                percent || ' of the population have no ' || feature || ', so it mostly tells who has one:'
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
                feature || ' has one value for the whole population once it is prepared, so it tells nobody apart:'
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
