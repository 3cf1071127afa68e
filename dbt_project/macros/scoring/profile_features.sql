{#- Means, spread and distinctiveness of every prepared column by segment, under one model. One pass
    over the customers sums all columns side by side; the small result is then turned into rows. -#}
{% macro profile_features(segmentation, model) %}
{%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}
{%- set scores = ref('warehouse_segmentation', 'int_segmentation__scores') -%}
{%- set numeric = model.columns | selectattr('kind', 'equalto', 'numeric') | list -%}
{%- set positions = model.columns | map(attribute='position') | list -%}
    with

    parameters as (

        select
        {{ warehouse_segmentation.preparation_parameters(model.columns) }}

        from {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}
        where model_id = '{{ model.model_id }}'

    ),

    prepared as (

        select
            scores.segment_id
            {%- for column in model.columns %},
            {%- if column.kind == 'numeric' %}
            {{ warehouse_segmentation.feature_value(column.feature, 'numeric', 'customers.') }} as value_{{ column.position }},
            {%- endif %}
            {{ warehouse_segmentation.prepared_column(column, model.columns) }} as x_{{ column.position }}
            {%- endfor %}

        from {{ customers }} as customers
        inner join {{ scores }} as scores
            on customers.customer_id = scores.customer_id
        cross join parameters
        where scores.segmentation = '{{ segmentation }}'
            and scores.segment_id > 0

    ),

    summed as (

        select
            segment_id,
            count(*) as customers
            {%- for column in model.columns %},
            {%- set p = column.position %}
            {%- if column.kind == 'numeric' %}
            count(value_{{ p }}) as known_{{ p }},
            sum({{ warehouse_segmentation.exact('value_' ~ p) }}) as total_{{ p }},
            sum({{ warehouse_segmentation.exact('value_' ~ p ~ ' * value_' ~ p) }}) as squares_{{ p }},
            percentile_cont(0.5) within group (order by value_{{ p }}) as median_{{ p }},
            percentile_cont(0.1) within group (order by value_{{ p }}) as p10_{{ p }},
            percentile_cont(0.9) within group (order by value_{{ p }}) as p90_{{ p }},
            {%- endif %}
            sum({{ warehouse_segmentation.exact('x_' ~ p) }}) as x_{{ p }},
            sum({{ warehouse_segmentation.exact('x_' ~ p ~ ' * x_' ~ p) }}) as xx_{{ p }}
            {%- endfor %}

        from prepared
        group by segment_id

    ),

    positions as (
{{ warehouse_segmentation.position_rows(positions) }}
    ),

    stacked as (

        select
            summed.segment_id,
            positions.position,
            summed.customers,
            {%- for name in ['known', 'total', 'squares', 'median', 'p10', 'p90'] %}
            {{- warehouse_segmentation.of_position(name, numeric | map(attribute='position') | list) }} as {{ name }},
            {%- endfor %}
            {{- warehouse_segmentation.of_position('x', positions) }} as x,
            {{- warehouse_segmentation.of_position('xx', positions) }} as xx

        from summed
        cross join positions

    ),

    whole as (

        select
            position,
            sum(customers) as customers,
            sum(known) as known,
            sum(total) as total,
            sum(x) as x,
            sum(xx) as xx

        from stacked
        group by position

    ),

    features as (

        select * from {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}
        where model_id = '{{ model.model_id }}'

    ),

    -- a segment beside everybody else, in one row
    compared as (

        select
            stacked.segment_id,
            stacked.position,
            cast(stacked.customers as double) as own_customers,
            cast(whole.customers - stacked.customers as double) as other_customers,
            cast(stacked.x as double) / stacked.customers as own_mean,
            cast(whole.x - stacked.x as double) / nullif(whole.customers - stacked.customers, 0) as other_mean,
            cast(stacked.xx as double) as own_squares,
            cast(whole.xx - stacked.xx as double) as other_squares

        from stacked
        inner join whole
            on stacked.position = whole.position

    ),

    -- the squared standard error of each mean
    errors as (

        select
            *,
            greatest(0, own_squares / own_customers - own_mean * own_mean) / nullif(own_customers - 1, 0) as own_error,
            greatest(0, other_squares / nullif(other_customers, 0) - other_mean * other_mean) / nullif(other_customers - 1, 0) as other_error

        from compared

    ),

    -- Welch's t and the degrees of freedom that go with it; differences that rounding makes are none
    tested as (

        select
            segment_id,
            position,
            case when own_error + other_error > 1e-20 then abs(own_mean - other_mean) / sqrt(own_error + other_error) end as t,
            case when own_error + other_error > 1e-20 then
                (own_error + other_error) * (own_error + other_error)
                / (own_error * own_error / (own_customers - 1) + other_error * other_error / (other_customers - 1))
            end as degrees_of_freedom,
            case when own_error + other_error <= 1e-20 then case when abs(own_mean - other_mean) > 1e-9 then 0.0e0 else 1.0e0 end end as certain

        from errors

    ),

    judged as (

        select
            segment_id,
            position,
            certain,
            {{ warehouse_segmentation.t_deviate('t', 'degrees_of_freedom') }} as deviate

        from tested

    ),

    measured as (

        select
            stacked.segment_id,
            features.position,
            features.label as feature,
            features.kind,
            stacked.customers,
            -- the share of a level comes back from its standardised form
            case when features.kind = 'numeric'
                then cast(stacked.total as double) / nullif(stacked.known, 0)
                else {{ warehouse_segmentation.unscaled('cast(stacked.x as double) / stacked.customers', prefix='features.') }}
            end as mean,
            case when features.kind = 'numeric' then stacked.known else stacked.customers end as known_customers,
            cast(stacked.squares as double) / nullif(stacked.known, 0) as mean_square,
            cast(stacked.median as double) as median,
            cast(stacked.p10 as double) as p10,
            cast(stacked.p90 as double) as p90,
            case when features.kind = 'numeric'
                then cast(whole.total as double) / nullif(whole.known, 0)
                else {{ warehouse_segmentation.unscaled('cast(whole.x as double) / whole.customers', prefix='features.') }}
            end as population_mean,
            cast(stacked.x as double) / stacked.customers - cast(whole.x as double) / whole.customers as x_difference,
            sqrt(greatest(0, cast(whole.xx as double) / whole.customers
                - (cast(whole.x as double) / whole.customers) * (cast(whole.x as double) / whole.customers))) as x_deviation,
            -- everybody is in the segment: nobody is left to differ from
            1 - cast(stacked.customers as double) / whole.customers as other_share,
            coalesce(judged.certain, {{ warehouse_segmentation.two_sided_probability('judged.deviate') }}) as p_value

        from stacked
        inner join whole
            on stacked.position = whole.position
        inner join features
            on stacked.position = features.position
        inner join judged
            on stacked.segment_id = judged.segment_id
            and stacked.position = judged.position

    )

    select
        '{{ segmentation }}' as segmentation,
        segment_id,
        feature,
        position,
        known_customers,
        mean,
        case when kind = 'numeric'
            then sqrt(greatest(0, mean_square - mean * mean))
            else sqrt(greatest(0, mean * (1 - mean)))
        end as standard_deviation,
        median,
        p10,
        p90,
        population_mean,
        coalesce(x_difference / nullif(x_deviation, 0), 0) as z_score,
        coalesce(x_difference / nullif(x_deviation, 0), 0) / nullif(other_share, 0) as effect_size,
        mean / nullif(population_mean, 0) as lift,
        least(1, p_value) as p_value
    from measured
{% endmacro %}
