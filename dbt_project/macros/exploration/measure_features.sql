{#- What can be wrong with the features of one segmentation, measured: rows of (warning, feature,
    other_feature, value, correlation). Whether a value is worth a warning is for the reader to say.

    Two features are compared by the root of the RV coefficient of their prepared columns (Escoufier
    1973), the correlation of the squared distances they make: for two numbers it is the size of
    their correlation, for categories all levels count together, and 1 means that the second feature
    repeats the distances of the first. -#}
{% macro measure_features(spec, features, columns, used) %}
{%- set compared_customers = 10000 -%}
{%- set vectors = ref('warehouse_segmentation', 'int_segmentation__training_sample') -%}
{%- set customers = ref('warehouse_segmentation', 'int_segmentation__training_customers') -%}
{%- set settings = ref('warehouse_segmentation', 'int_segmentation__segmentation_settings') -%}
{%- set preparation = ref('warehouse_segmentation', 'int_segmentation__preparation') -%}
{%- set numeric = columns | selectattr('kind', 'equalto', 'numeric') | list -%}
{%- set imputed = features | selectattr('is_imputed') | list -%}
{%- set positions = columns | map(attribute='position') | list -%}
{%- set pairs = [] -%}
{%- for one in features -%}
  {%- for other in features if other.index > one.index -%}
    {%- do pairs.append({'position': pairs | length + 1, 'one': one, 'other': other}) -%}
  {%- endfor -%}
{%- endfor -%}
    with

    vectors as (

        select * from {{ vectors }}
        where segmentation = '{{ spec.name }}'

    ),

    compared as (

        select vectors.*
        from vectors
        inner join {{ settings }} as settings
            on vectors.segmentation = settings.segmentation
        where vectors.is_uniform
            and vectors.sample_hash < {{ compared_customers }}.0e0 / settings.population_customers

    ),

    moments as (

        select
            count(*) as customers
            {%- for i in positions %},
            cast(sum({{ warehouse_segmentation.exact('x_' ~ i) }}) as double) / nullif(count(*), 0) as mean_{{ i }}
            {%- for j in positions if j >= i %},
            cast(sum({{ warehouse_segmentation.exact('x_' ~ i ~ ' * x_' ~ j) }}) as double) / nullif(count(*), 0) as product_{{ i }}_{{ j }}
            {%- endfor %}
            {%- endfor %}
            {%- for column in numeric %},
            percentile_cont(0.99) within group (order by x_{{ column.position }} * x_{{ column.position }}) as far_{{ column.position }}
            {%- endfor %}

        from compared

    ),

    covariances as (

        select
            customers
            {%- for i in positions %}
            {%- for j in positions if j >= i %},
            product_{{ i }}_{{ j }} - mean_{{ i }} * mean_{{ j }} as c_{{ i }}_{{ j }}
            {%- endfor %}
            {%- endfor %}

        from moments

    ),

    -- how much of each feature's variance the most extreme customers carry, at most 1 % of all
    tails as (

        select
            count(*) as customers
            {%- for column in numeric %}
            {%- set p = column.position %},
            cast(sum(case when x_{{ p }} * x_{{ p }} > far_{{ p }} then {{ warehouse_segmentation.exact('x_' ~ p ~ ' * x_' ~ p) }} end) as double)
                / nullif(cast(sum({{ warehouse_segmentation.exact('x_' ~ p ~ ' * x_' ~ p) }}) as double), 0) as tail_{{ p }}
            {%- endfor %}

        from compared
        cross join moments

    ),

    extents as (

        select
            count(*) as customers
            {%- for p in positions %},
            max(x_{{ p }}) - min(x_{{ p }}) as extent_{{ p }}
            {%- endfor %}

        from vectors

    ),

    {%- if pairs %}

    pairs as (

        select * from (values
            {%- for pair in pairs %}
            ({{ pair.position }}, {{ warehouse_segmentation.text_literal(pair.one.name) }}, {{ warehouse_segmentation.text_literal(pair.other.name) }}){{ ',' if not loop.last }}
            {%- endfor %}
        ) as pairs (position, feature, other_feature)

    ),

    similarities as (

        select
            customers
            {%- for pair in pairs %},
            {%- set between = warehouse_segmentation.squared_covariances(pair.one.positions, pair.other.positions) %}
            {%- set within = [
                warehouse_segmentation.squared_covariances(pair.one.positions, pair.one.positions),
                warehouse_segmentation.squared_covariances(pair.other.positions, pair.other.positions)] %}
            sqrt(({{ between }})
                / nullif(sqrt({{ within[0] }}) * sqrt({{ within[1] }}), 0)) as similarity_{{ pair.position }},
            {%- if pair.one.kind == 'numeric' and pair.other.kind == 'numeric' %}
            {%- set i = pair.one.positions[0] %}
            {%- set j = pair.other.positions[0] %}
            sign({{ 'c_' ~ [i, j] | min ~ '_' ~ [i, j] | max }}) as direction_{{ pair.position }}
            {%- else %}
            cast(null as double) as direction_{{ pair.position }}
            {%- endif %}
            {%- endfor %}

        from covariances

    ),
    {%- endif %}

    features as (

        select * from (values
            {%- for feature in features %}
            ({{ feature.index }}, {{ warehouse_segmentation.text_literal(feature.name) }}){{ ',' if not loop.last }}
            {%- endfor %}
        ) as features (position, feature)

    ),

    by_feature as (

        select
            extents.customers
            {%- for feature in features %},
            {{ warehouse_segmentation.variance_of(feature.positions) }} / nullif({{ warehouse_segmentation.variance_of(positions) }}, 0) as share_{{ feature.index }},
            {{ 'tails.tail_' ~ feature.positions[0] if feature.kind == 'numeric' else 'cast(null as double)' }} as tail_{{ feature.index }},
            case when extent_{{ feature.positions | join(' = 0 and extent_') }} = 0 then 0.0e0 end as constant_{{ feature.index }}
            {%- endfor %}

        from covariances
        cross join tails
        cross join extents

    ),

    {%- if imputed %}

    lacking as (

        select
            {% for feature in imputed -%}
            case when {{ warehouse_segmentation.sampled_value(feature, used) }} is null then 1 else 0 end{{ ' + ' if not loop.last }}
            {%- endfor %} as lacking_features

        from {{ customers }}
        where segmentation = '{{ spec.name }}'

    ),
    {%- endif %}

    measured as (

        {%- if pairs %}
        select
            'correlated_features' as warning,
            pairs.feature,
            pairs.other_feature,
            {{- warehouse_segmentation.of_position('similarity', pairs | map(attribute='position') | list) }} as value,
            {{- warehouse_segmentation.of_position('direction', pairs | map(attribute='position') | list) }} as direction,
            similarities.customers
        from pairs
        cross join similarities
        where similarities.customers >= 30

        union all

        select
            'dominant_feature',
            features.feature,
            cast(null as string),
            {{- warehouse_segmentation.of_position('share', features | map(attribute='index') | list) }},
            cast(null as double),
            by_feature.customers
        from features
        cross join by_feature

        union all
        {%- endif %}

        select
            'heavy_tail' as warning,
            features.feature,
            cast(null as string) as other_feature,
            {{- warehouse_segmentation.of_position('tail', features | map(attribute='index') | list) }} as value,
            cast(null as double) as direction,
            by_feature.customers
        from features
        cross join by_feature
        where by_feature.customers >= 100

        union all

        select
            'constant_feature',
            features.feature,
            cast(null as string),
            {{- warehouse_segmentation.of_position('constant', features | map(attribute='index') | list) }},
            cast(null as double),
            by_feature.customers
        from features
        cross join by_feature
        where by_feature.customers > 1

        union all

        select
            'mostly_missing',
            feature,
            cast(null as string),
            1 - cast(max(known_customers) as double) / max(sampled_customers),
            cast(null as double),
            max(sampled_customers)
        from {{ preparation }}
        where segmentation = '{{ spec.name }}'
        group by feature
        {%- if imputed %}

        union all

        select
            'mostly_imputed',
            cast(null as string),
            cast(null as string),
            cast(count(case when 2 * lacking_features > {{ imputed | length }} then 1 end) as double) / nullif(count(*), 0),
            cast(null as double),
            count(*)
        from lacking
        {%- endif %}

    )

    select
        '{{ spec.name }}' as segmentation,
        warning,
        feature,
        other_feature,
        value,
        direction,
        customers
    from measured
{% endmacro %}
