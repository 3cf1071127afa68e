{%- set features = warehouse_segmentation.explored_features() -%}
{%- set numeric = features | selectattr('kind', 'equalto', 'numeric') | list -%}
{%- set categories = features | selectattr('kind', 'equalto', 'category') | list -%}
{%- set positions = numeric | map(attribute='position') | list -%}
{%- set quantiles = {'p1': 0.01, 'p25': 0.25, 'median': 0.5, 'p75': 0.75, 'p99': 0.99} -%}
{%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}
-- depends_on: {{ ref('warehouse_segmentation', 'customer_attributes') }}

with

numbers as (

    select
        customer_id
        {%- for feature in numeric %},
        {{ warehouse_segmentation.feature_value(feature.name, 'numeric') }} as value_{{ feature.position }}
        {%- endfor %}

    from {{ customers }}

),

totals as (

    select
        count(*) as customers
        {%- for p in positions %},
        count(value_{{ p }}) as known_{{ p }},
        count(case when value_{{ p }} <> floor(value_{{ p }}) then 1 end) as fractional_{{ p }},
        min(value_{{ p }}) as minimum_{{ p }},
        max(value_{{ p }}) as maximum_{{ p }}
        {%- endfor %}

    from numbers

),

features as (
{{ warehouse_segmentation.feature_rows(numeric) }}
),

-- The sample as rows: counting distinct values of columns side by side would copy the sample for each feature on Spark.
sampled_values as (

    select
        features.position,
        {{- warehouse_segmentation.of_position('value', positions) }} as value

    from numbers
    cross join totals
    cross join features
    where {{ warehouse_segmentation.in_sample(var('sample_size'), 'customers') }}

),

sampled as (

    select
        position,
        count(*) as sampled_customers,
        count(distinct value) as different
        {%- for name, share in quantiles.items() %},
        percentile_cont({{ share }}) within group (order by value) as {{ name }}
        {%- endfor %}

    from sampled_values
    group by position

),

-- Tukey's fences; none where half of the customers have the same value, because all others would be
-- outside
fenced as (

    select
        *,
        case when p75 > p25 then p25 - 1.5e0 * (p75 - p25) end as lower_fence,
        case when p75 > p25 then p75 + 1.5e0 * (p75 - p25) end as upper_fence

    from sampled

),

-- side by side again, like the values that they are compared with
fences as (

    select
        {%- for p in positions %}
        max(case when position = {{ p }} then lower_fence end) as lower_fence_{{ p }},
        max(case when position = {{ p }} then upper_fence end) as upper_fence_{{ p }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from fenced

),

-- Moments are summed as decimals of the position between minimum and maximum (0 to 1): exact, whatever the number of
-- threads, and, with halves instead of the numbers themselves, safe from overflow.
places as (

    select
        {%- for p in positions %}
        value_{{ p }},
        (0.5e0 * value_{{ p }} - 0.5e0 * minimum_{{ p }}) / nullif(0.5e0 * maximum_{{ p }} - 0.5e0 * minimum_{{ p }}, 0) as place_{{ p }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from numbers
    cross join totals

),

centres as (

    select
        {%- for p in positions %}
        cast(sum(cast(place_{{ p }} as decimal(38, 18))) as double) / nullif(count(place_{{ p }}), 0) as centre_{{ p }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from places

),

spreads as (

    select
        {%- for p in positions %}
        {%- set difference = '(place_' ~ p ~ ' - centre_' ~ p ~ ')' %}
        count(case when value_{{ p }} < lower_fence_{{ p }} then 1 end) as below_{{ p }},
        count(case when value_{{ p }} > upper_fence_{{ p }} then 1 end) as above_{{ p }},
        cast(sum(cast({{ difference }} * {{ difference }} as decimal(38, 18))) as double)
            / nullif(count(place_{{ p }}), 0) as variance_{{ p }},
        cast(sum(cast({{ difference }} * {{ difference }} * {{ difference }} as decimal(38, 18))) as double)
            / nullif(count(place_{{ p }}), 0) as third_moment_{{ p }}
        {{- ',' if not loop.last }}
        {%- endfor %}

    from places
    cross join centres
    cross join fences

),

wide as (

    select *
    from totals
    cross join centres
    cross join spreads

),

stacked as (

    select
        features.position,
        features.feature,
        features.kind,
        wide.customers
        {%- for name in ['known', 'fractional', 'minimum', 'maximum', 'centre', 'variance', 'third_moment', 'below', 'above'] %},
        {{- warehouse_segmentation.of_position(name, positions) }} as {{ name }}
        {%- endfor %}

    from features
    cross join wide

),

numeric_statistics as (

    select
        stacked.position,
        stacked.feature,
        stacked.kind,
        stacked.customers,
        stacked.known,
        -- without customers the sample is empty
        coalesce(fenced.different, 0) as distinct_values,
        coalesce(fenced.sampled_customers, 0) as sampled_customers,
        case when stacked.known > 0 then stacked.fractional = 0 end as is_whole_number,
        2 * (0.5e0 * stacked.minimum
            + coalesce(stacked.centre, 0) * (0.5e0 * stacked.maximum - 0.5e0 * stacked.minimum)) as mean,
        2 * (sqrt(coalesce(stacked.variance, 0)) * (0.5e0 * stacked.maximum - 0.5e0 * stacked.minimum)) as standard_deviation,
        stacked.minimum,
        fenced.p1,
        fenced.p25,
        fenced.median,
        fenced.p75,
        fenced.p99,
        stacked.maximum,
        stacked.third_moment / nullif(stacked.variance * sqrt(stacked.variance), 0) as skewness,
        fenced.lower_fence,
        fenced.upper_fence,
        case when fenced.lower_fence is not null then stacked.below end as outliers_below,
        case when fenced.upper_fence is not null then stacked.above end as outliers_above

    from stacked
    left join fenced
        on stacked.position = fenced.position

),
{%- for feature in categories %}

levels_{{ feature.position }} as (
{{ warehouse_segmentation.level_counts(feature) }}
),

category_{{ feature.position }} as (

    select
        {{ feature.position }} as position,
        {{ warehouse_segmentation.text_literal(feature.name) }} as feature,
        'category' as kind,
        coalesce(sum(customers), 0) as customers,
        coalesce(sum(case when level is not null then customers end), 0) as known,
        count(level) as distinct_values

    from levels_{{ feature.position }}

),
{%- endfor %}

together as (

    select * from numeric_statistics
    {%- for feature in categories %}
    union all
    select
        *,
        cast(null as bigint) as sampled_customers,
        cast(null as boolean) as is_whole_number
        {%- for name in ['mean', 'standard_deviation', 'minimum', 'p1', 'p25', 'median', 'p75', 'p99', 'maximum', 'skewness',
                         'lower_fence', 'upper_fence'] %},
        cast(null as double) as {{ name }}
        {%- endfor %},
        cast(null as bigint) as outliers_below,
        cast(null as bigint) as outliers_above
    from category_{{ feature.position }}
    {%- endfor %}

)

select
    cast(feature as string) as feature,
    cast(kind as string) as kind,
    cast(customers as bigint) as customers,
    cast(known as bigint) as known_customers,
    cast(customers - known as bigint) as missing_customers,
    cast(customers - known as double) / nullif(customers, 0) as missing_share,
    cast(sampled_customers as bigint) as sampled_customers,
    cast(distinct_values as bigint) as distinct_values,
    cast(is_whole_number as boolean) as is_whole_number,
    mean,
    standard_deviation,
    minimum,
    p1,
    p25,
    median,
    p75,
    p99,
    maximum,
    skewness,
    lower_fence,
    upper_fence,
    cast(outliers_below as bigint) as outliers_below,
    cast(outliers_above as bigint) as outliers_above,
    cast(outliers_below + outliers_above as bigint) as outliers,
    cast(outliers_below + outliers_above as double) / nullif(known, 0) as outlier_share

from together
