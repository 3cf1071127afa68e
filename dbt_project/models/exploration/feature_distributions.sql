{%- set features = warehouse_segmentation.explored_features() -%}
{%- set most_bins = 20 -%}
-- depends_on: {{ ref('warehouse_segmentation', 'customer_attributes') }}

with

statistics as (

    select * from {{ ref('warehouse_segmentation', 'feature_statistics') }}

),

features as (
{{ warehouse_segmentation.feature_rows(features | selectattr('kind', 'equalto', 'numeric') | list) }}
),

bin_numbers as (
{{ warehouse_segmentation.position_rows(range(1, most_bins + 1)) }}
),

-- Bins reach from p1 to p99, and the outermost take the tails, so that one very large value does
-- not put everyone else into the first bin.
ranges as (

    select
        features.position,
        statistics.feature,
        minimum,
        maximum,
        is_whole_number,
        case when p1 < p99 then p1 else minimum end as low,
        case when p1 < p99 then p99 else maximum end as high

    from statistics
    inner join features
        on statistics.feature = features.feature

),

-- the narrowest that the bins can be
widths as (

    select
        *,
        greatest(high / {{ most_bins - 1 }} - low / {{ most_bins - 1 }}, case when is_whole_number then 1.0e0 else 1e-300 end) as width

    from ranges

),

magnitudes as (

    select
        *,
        floor(log10(width)) as magnitude,
        width / power(10.0e0, floor(log10(width))) as digits

    from widths

),

-- The next 1, 2 or 5 times a power of ten makes bounds that people can read. A step is kept as a
-- fraction of whole numbers, for 3 * 0.05 is not the same as 0.15.
steps as (

    select
        *,
        magnitude + case when digits > 5 then 1 else 0 end as exponent,
        case when digits <= 1 then 1 when digits <= 2 then 2 when digits <= 5 then 5 else 1 end as digit

    from magnitudes

),

fractions as (

    select
        *,
        digit * power(10.0e0, greatest(exponent, 0)) as multiple,
        power(10.0e0, greatest(-exponent, 0)) as divisor

    from steps

),

scales as (

    select
        *,
        floor(low * divisor / multiple) as first_step,
        case
            when minimum = maximum then 1
            else least(floor(high * divisor / multiple) - floor(low * divisor / multiple) + 1, {{ most_bins }})
        end as bins

    from fractions

),

-- the values of all features as rows, so that one pass reads and counts them
given as (

    {%- for feature in features if feature.kind == 'numeric' %}
    select
        {{ feature.position }} as position,
        {{ warehouse_segmentation.feature_value(feature.name, 'numeric') }} as value
    from {{ ref('warehouse_segmentation', feature.relation) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

placed as (

    select
        scales.feature,
        given.value,
        scales.multiple,
        scales.divisor,
        scales.first_step,
        scales.bins,
        least(greatest(floor(given.value * scales.divisor / scales.multiple) - scales.first_step, 0), scales.bins - 1) as place

    from given
    inner join scales
        on given.position = scales.position

),

counted_numbers as (

    select
        feature,
        -- rounding may put a value next to the bin whose bounds it is within
        cast(case
            when value is null then 0
            when place < bins - 1 and value >= (first_step + place + 1) * multiple / divisor then place + 2
            when place > 0 and value < (first_step + place) * multiple / divisor then place
            else place + 1
        end as int) as bin,
        cast(null as string) as level,
        count(*) as customers

    from placed
    group by 1, 2 -- noqa: AM06

),
{%- for feature in features if feature.kind == 'category' %}

levels_{{ feature.position }} as (
{{ warehouse_segmentation.level_counts(feature) }}
),

ranked_{{ feature.position }} as (

    select
        *,
        case when level is null then 0 else row_number() over (
            order by case when level is null then 1 else 0 end, customers desc, level
        ) end as place

    from levels_{{ feature.position }}

),

counted_{{ feature.position }} as (

    select
        {{ warehouse_segmentation.text_literal(feature.name) }} as feature,
        cast(least(place, {{ most_bins + 1 }}) as int) as bin,
        case when place <= {{ most_bins }} then level end as level,
        sum(customers) as customers

    from ranked_{{ feature.position }}
    group by 1, 2, 3 -- noqa: AM06

),
{%- endfor %}

counted as (

    select * from counted_numbers
    {%- for feature in features if feature.kind == 'category' %}
    union all
    select * from counted_{{ feature.position }}
    {%- endfor %}

),

missing_bins as (

    select
        feature,
        0 as bin,
        'missing' as bin_kind,
        '(missing)' as bin_label,
        cast(null as double) as bin_lower,
        cast(null as double) as bin_upper

    from statistics

),

edges as (

    select
        scales.*,
        bin_numbers.position as bin,
        (scales.first_step + bin_numbers.position - 1) * scales.multiple / scales.divisor as lower_edge,
        (scales.first_step + bin_numbers.position) * scales.multiple / scales.divisor as upper_edge

    from scales
    inner join bin_numbers
        on scales.bins >= bin_numbers.position
    where scales.minimum is not null

),

-- a bin of whole numbers is named by its last number
readable as (

    select
        *,
        {{ warehouse_segmentation.edge_text('lower_edge', 'exponent') }} as lower_text,
        {{ warehouse_segmentation.edge_text('upper_edge', 'exponent') }} as upper_text,
        {{ warehouse_segmentation.edge_text('case when is_whole_number then upper_edge - 1 else upper_edge end', 'exponent') }} as last_text

    from edges

),

range_bins as (

    select
        feature,
        bin,
        'range' as bin_kind,
        case
            when minimum = maximum then {{ warehouse_segmentation.edge_text('minimum', 'case when is_whole_number then 0 else -7 end') }}
            when bin = 1 and minimum < lower_edge then 'below ' || upper_text
            when bin = bins and maximum >= upper_edge then lower_text || ' and more'
            when lower_text = last_text then lower_text
            else lower_text || ' to ' || last_text
        end as bin_label,
        case when minimum = maximum or bin = 1 and minimum < lower_edge then minimum else lower_edge end as bin_lower,
        case when minimum = maximum or bin = bins and maximum >= upper_edge then maximum else upper_edge end as bin_upper

    from readable

),

level_bins as (

    select
        feature,
        bin,
        case when bin > {{ most_bins }} then 'other' else 'level' end as bin_kind,
        case when bin > {{ most_bins }} then '(other)' else level end as bin_label,
        cast(null as double) as bin_lower,
        cast(null as double) as bin_upper

    from counted
    where level is not null
        or bin > {{ most_bins }}

),

bins as (

    select * from missing_bins
    union all
    select * from range_bins
    union all
    select * from level_bins

),

joined as (

    select
        bins.feature,
        statistics.kind,
        bins.bin,
        bins.bin_kind,
        bins.bin_label,
        bins.bin_lower,
        bins.bin_upper,
        coalesce(counted.customers, 0) as customers,
        statistics.customers as all_customers,
        statistics.known_customers,
        statistics.missing_customers,
        statistics.missing_share,
        statistics.distinct_values,
        statistics.mean,
        statistics.standard_deviation,
        statistics.minimum,
        statistics.p1,
        statistics.p25,
        statistics.median,
        statistics.p75,
        statistics.p99,
        statistics.maximum,
        statistics.skewness,
        statistics.outliers,
        statistics.outlier_share

    from bins
    inner join statistics
        on bins.feature = statistics.feature
    left join counted
        on bins.feature = counted.feature
        and bins.bin = counted.bin

)

select
    cast(feature as string) as feature,
    cast(kind as string) as kind,
    cast(bin as int) as bin,
    cast(bin_kind as string) as bin_kind,
    cast(bin_label as string) as bin_label,
    cast(bin_lower as double) as bin_lower,
    cast(bin_upper as double) as bin_upper,
    cast(customers as bigint) as customers,
    cast(customers as double) / nullif(all_customers, 0) as customer_share,
    known_customers,
    missing_customers,
    missing_share,
    distinct_values,
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
    outliers,
    outlier_share

from joined
