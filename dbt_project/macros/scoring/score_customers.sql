{#- Every customer's nearest and second nearest segment under one model: one pass over the customers
    beside a one-row table of the preparation and the centroids. Distances are Euclidean in the
    prepared space; equal ones go to the smaller segment_id. -#}
{% macro score_customers(segmentation, model) %}
{%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}
{%- set ids = model.segment_ids -%}
    with

    parameters as (

        select
        {{ warehouse_segmentation.preparation_parameters(model.columns) }}

        from {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}
        where model_id = '{{ model.model_id }}'

    ),

    centroids as (

        select
        {%- for id in ids %}
        {%- set outer_loop = loop %}
        {%- for column in model.columns %}
        max(case when segment_id = {{ id }} and position = {{ column.position }} then centroid end) as c_{{ id }}_{{ column.position }}
        {{- ',' if not (loop.last and outer_loop.last) }}
        {%- endfor %}
        {%- endfor %}

        from {{ ref('warehouse_segmentation', 'int_segmentation__model_centroids') }}
        where model_id = '{{ model.model_id }}'

    ),

    prepared as (

        select
            customer_id
            {%- for column in model.columns %},
            {{ warehouse_segmentation.prepared_column(column, model.columns) }} as x_{{ column.position }}
            {%- endfor %}

        from {{ customers }}
        cross join parameters
        where {{ warehouse_segmentation.in_population(model.population) }}

    ),

    squared as (

        select
            customer_id
            {%- for id in ids %},
            {% for column in model.columns -%}
            {%- set p = column.position -%}
            (x_{{ p }} - c_{{ id }}_{{ p }}) * (x_{{ p }} - c_{{ id }}_{{ p }}){{ ' + ' if not loop.last }}
            {%- endfor %} as d_{{ id }}
            {%- endfor %}

        from prepared
        cross join centroids

    ),

    nearest as (

        select
            *,
            {{ warehouse_segmentation.smallest_of(ids) }} as d_first

        from squared

    ),

    placed as (

        select
            *,
            case
                {%- for id in ids %}
                when d_{{ id }} = d_first then {{ id }}
                {%- endfor %}
            end as first_id

        from nearest

    ),

    {%- if ids | length > 1 %}

    second_nearest as (

        select
            *,
            least(
                {%- for id in ids %}
                case when first_id <> {{ id }} then d_{{ id }} end{{ ',' if not loop.last }}
                {%- endfor %}
            ) as d_second

        from placed

    ),
    {%- else %}

    second_nearest as (

        select
            *,
            cast(null as double) as d_second

        from placed

    ),
    {%- endif %}

    scored as (

        select
            customer_id,
            first_id,
            sqrt(d_first) as distance,
            case
                {%- for id in ids %}
                when first_id <> {{ id }} and d_{{ id }} = d_second then {{ id }}
                {%- endfor %}
            end as second_id,
            sqrt(d_second) as second_distance

        from second_nearest

    )

    select
        '{{ segmentation }}' as segmentation,
        customer_id,
        '{{ model.model_id }}' as model_id,
        first_id as segment_id,
        distance,
        second_id as second_segment_id,
        second_distance
    from scored

    union all

    -- outside the population
    select
        '{{ segmentation }}',
        customer_id,
        '{{ model.model_id }}',
        0,
        cast(null as double),
        cast(null as int),
        cast(null as double)
    from {{ customers }}
    where not {{ warehouse_segmentation.in_population(model.population) }}
{% endmacro %}
