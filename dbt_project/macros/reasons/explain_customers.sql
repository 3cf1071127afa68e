{#- Why each customer is in one segment and not in the second nearest, under one model. The difference of
    the squared distances to the two centroids is a sum over the prepared columns, so a feature's part in
    it is exact. Only public tables and literals are read, so that the published copy can have it too. These are
    CTEs side by side, whose names end in `place`: DuckDB before 1.4.2 reads no view with a WITH inside another, and
    up to 1.3 none with a CTE that is called as a table it reads. -#}
{% macro explain_customers(segmentation, model, place) %}
{%- set numbers = warehouse_segmentation.model_numbers(model) -%}
{%- set features = warehouse_segmentation.model_features(model) -%}
{%- set indexes = features | map(attribute='index') | list -%}
{%- set computed = warehouse_segmentation.feature_definitions() | map(attribute='name') | list -%}
    parameters_{{ place }} as (

        select
            {%- for name, number in numbers.parameters.items() %}
            {%- set is_text = name.startswith('level_') %}
            {%- if number is none %}
            cast(null as {{ 'string' if is_text else 'double' }}) as {{ name }}
            {%- elif is_text %}
            {{ warehouse_segmentation.text_literal(number) }} as {{ name }}
            {%- else %}
            cast('{{ number }}' as double) as {{ name }}
            {%- endif %}
            {{- ',' if not loop.last }}
            {%- endfor %}

    ),

    centroids_{{ place }} as (

        select
            {%- for name, number in numbers.centroids.items() %}
            cast('{{ number }}' as double) as c_{{ name }}{{ ',' if not loop.last }}
            {%- endfor %}

    ),

    prepared_{{ place }} as (

        select
            members.customer_id,
            members.segment_id,
            members.second_segment_id
            {%- for feature in features %},
            {%- set column = ('features' if feature.name in computed else 'attributes') ~ '.' ~ warehouse_segmentation.quoted(feature.name) %}
            cast({{ column }} as {{ 'double' if feature.kind == 'numeric' else 'string' }}) as given_{{ feature.index }}
            {%- endfor %}
            {%- for column in model.columns %},
            {{ warehouse_segmentation.prepared_column(column, model.columns, 'features' if column.feature in computed else 'attributes') }} as x_{{ column.position }}
            {%- endfor %}

        from {{ ref('warehouse_segmentation', 'customer_segments') }} as members
        inner join {{ ref('warehouse_segmentation', 'customer_features') }} as features
            on members.customer_id = features.customer_id
        left join {{ ref('warehouse_segmentation', 'customer_attributes') }} as attributes
            on members.customer_id = attributes.customer_id
        cross join parameters_{{ place }} as parameters
        where members.segmentation = '{{ segmentation }}'
            and members.second_segment_id is not null

    ),

    compared_{{ place }} as (

        select
            prepared.*
            {%- for column in model.columns %}
            {%- set p = column.position %},
            case segment_id
                {%- for id in model.segment_ids %}
                when {{ id }} then c_{{ id }}_{{ p }}
                {%- endfor %}
            end as own_{{ p }},
            case second_segment_id
                {%- for id in model.segment_ids %}
                when {{ id }} then c_{{ id }}_{{ p }}
                {%- endfor %}
            end as second_{{ p }}
            {%- endfor %}

        from prepared_{{ place }} as prepared
        cross join centroids_{{ place }} as centroids

    ),

    -- one row a customer: a feature's effect, and the typical values of what the customer is there
    weighed_{{ place }} as (

        select
            customer_id,
            segment_id,
            second_segment_id
            {%- for feature in features %}
            {%- set i = feature.index %},
            {% for p in feature.positions -%}
            ((x_{{ p }} - second_{{ p }}) * (x_{{ p }} - second_{{ p }}) - (x_{{ p }} - own_{{ p }}) * (x_{{ p }} - own_{{ p }})){{ ' + ' if not loop.last }}
            {%- endfor %} as effect_{{ i }},
            {%- if feature.kind == 'numeric' %}
            {%- set p = feature.positions[0] %}
            {{ warehouse_segmentation.natural_value('own_' ~ p, p, feature.transform) }} as own_typical_{{ i }},
            {{ warehouse_segmentation.natural_value('second_' ~ p, p, feature.transform) }} as second_typical_{{ i }},
            {{ warehouse_segmentation.natural_value('0.0e0', p, feature.transform) }} as population_typical_{{ i }},
            impute_value_{{ p }} as imputed_{{ i }},
            given_{{ i }} as number_{{ i }},
            cast(null as string) as text_{{ i }}
            {%- else %}
            {%- for side in ['own', 'second'] %}
            case
                {%- for p in feature.positions %}
                when {{ warehouse_segmentation.natural_value('x_' ~ p, p) }} > 0.5 then {{ warehouse_segmentation.natural_value(side ~ '_' ~ p, p) }}
                {%- endfor %}
                else 0.0e0
            end as {{ side }}_typical_{{ i }},
            {%- endfor %}
            case
                {%- for p in feature.positions %}
                when {{ warehouse_segmentation.natural_value('x_' ~ p, p) }} > 0.5 then mean_{{ p }}
                {%- endfor %}
                else 0.0e0
            end as population_typical_{{ i }},
            cast(null as double) as imputed_{{ i }},
            cast(null as double) as number_{{ i }},
            given_{{ i }} as text_{{ i }}
            {%- endif %}
            {%- endfor %}

        from compared_{{ place }}
        cross join parameters_{{ place }} as parameters

    ),

    -- within a row, since sorting a row for each customer and feature takes several times as long
    ranked_{{ place }} as (

        select
            *
            {%- for index in indexes %},
            {{ warehouse_segmentation.rank_of_effect(index, indexes) }} as rank_{{ index }}
            {%- endfor %}

        from weighed_{{ place }}

    ),

    listed_{{ place }} as (

        {%- for feature in features %}
        select
            {{ feature.index }} as position,
            {{ warehouse_segmentation.text_literal(feature.name) }} as feature,
            {{ warehouse_segmentation.text_literal(warehouse_segmentation.feature_label(feature.name)) }} as label,
            {{ 'true' if feature.kind == 'category' else 'false' }} as is_category,
            {{ 'true' if feature.is_share else 'false' }} as is_share
        {{ 'union all' if not loop.last }}
        {%- endfor %}

    ),

    explained_{{ place }} as (

        select
            '{{ segmentation }}' as segmentation,
            ranked.customer_id,
            ranked.segment_id,
            ranked.second_segment_id,
            features.position,
            features.feature,
            features.label,
            features.is_category,
            features.is_share,
            {{- warehouse_segmentation.of_position('number', indexes) }} as value_number,
            {{- warehouse_segmentation.of_position('text', indexes) }} as value_text,
            {{- warehouse_segmentation.of_position('imputed', indexes) }} as imputed,
            {{- warehouse_segmentation.of_position('own_typical', indexes) }} as segment_typical,
            {{- warehouse_segmentation.of_position('second_typical', indexes) }} as second_typical,
            {{- warehouse_segmentation.of_position('population_typical', indexes) }} as population_typical,
            {{- warehouse_segmentation.of_position('effect', indexes) }} as effect,
            {{- warehouse_segmentation.of_position('rank', indexes) }} as rank

        from ranked_{{ place }} as ranked
        cross join listed_{{ place }} as features

    ){% endmacro %}
