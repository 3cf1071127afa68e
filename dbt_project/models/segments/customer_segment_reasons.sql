{{ config(materialized='view') }}
{#- Why each customer is in one segment and not in the second nearest. The difference of the squared distances to
    the two centroids is a sum over the prepared columns, so a feature's part of it is exact.

    Only public tables and literals are read, so that the published copy can have the view too. The CTEs of all
    segmentations are side by side, and their names end in its number: DuckDB before 1.4.2 cannot read a view with a
    nested WITH, and up to 1.3 none with a CTE that has the name of a table it reads. -#}
{%- set models = warehouse_segmentation.active_models() -%}
{%- set specs = warehouse_segmentation.segmentation_specs() -%}
{%- set computed = warehouse_segmentation.feature_definitions() | map(attribute='name') | list -%}
{%- set members = ref('warehouse_segmentation', 'customer_segments') -%}
{%- set customer_features = ref('warehouse_segmentation', 'customer_features') -%}
{%- set customer_attributes = ref('warehouse_segmentation', 'customer_attributes') -%}
-- depends_on: {{ ref('warehouse_segmentation', 'segment_models') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_centroids') }}

with

-- not called `segments`, which is a table it reads
named_segments as (

    select
        segmentation,
        segment_id,
        segment_key,
        segment_name

    from {{ ref('warehouse_segmentation', 'segments') }}

),

{% for spec in specs if spec.name in models -%}
{%- set place = loop.index -%}
{%- set model = models[spec.name] -%}
{%- set numbers = warehouse_segmentation.model_numbers(model) -%}
{%- set features = warehouse_segmentation.model_features(model) -%}
{%- set indexes = features | map(attribute='index') | list -%}
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

    from {{ members }} as members
    inner join {{ customer_features }} as features
        on members.customer_id = features.customer_id
    left join {{ customer_attributes }} as attributes
        on members.customer_id = attributes.customer_id
    cross join parameters_{{ place }} as parameters
    where members.segmentation = '{{ spec.name }}'
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
    cross join centroids_{{ place }}

),

-- one row per customer: each feature's effect, and the typical values to compare the customer's value with
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
    cross join parameters_{{ place }}

),

-- within a row, because sorting one row per customer and feature takes several times as long
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
        '{{ spec.name }}' as segmentation,
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

),

{% endfor -%}

stacked as (

    {%- for spec in specs if spec.name in models %}
    select * from explained_{{ loop.index }}
    union all
    {%- endfor %}
    select
        cast(null as string) as segmentation,
        cast(null as string) as customer_id,
        cast(null as int) as segment_id,
        cast(null as int) as second_segment_id,
        cast(null as int) as position,
        cast(null as string) as feature,
        cast(null as string) as label,
        cast(null as boolean) as is_category,
        cast(null as boolean) as is_share,
        cast(null as double) as value_number,
        cast(null as string) as value_text,
        cast(null as double) as imputed,
        cast(null as double) as segment_typical,
        cast(null as double) as second_typical,
        cast(null as double) as population_typical,
        cast(null as double) as effect,
        cast(null as int) as rank
    where false

),

-- in words: what the customer is, what is typical here and in the second nearest segment
worded as (

    select
        *,
        case
            when is_category then coalesce(value_text, 'unknown')
            else coalesce({{ warehouse_segmentation.told_number('value_number', 'is_share') }}, 'unknown')
        end as told_value,
        case
            when not is_category and value_number is null then ', taken as ' || {{ warehouse_segmentation.told_number('imputed', 'is_share') }}
            else ''
        end as told_imputed,
        {{ warehouse_segmentation.told_number('segment_typical', '(is_share or is_category)') }} as told_segment,
        {{ warehouse_segmentation.told_number('second_typical', '(is_share or is_category)') }} as told_second

    from stacked

)

select
    cast(worded.segmentation as string) as segmentation,
    own_segments.segment_key,
    cast(worded.segment_id as int) as segment_id,
    cast(worded.customer_id as string) as customer_id,
    cast(worded.rank as int) as rank,
    cast(worded.feature as string) as feature,
    cast(worded.told_value as string) as value,
    worded.value_number,
    worded.segment_typical,
    cast(worded.second_segment_id as int) as second_segment_id,
    worded.second_typical,
    worded.population_typical,
    worded.effect,
    cast(
        worded.label || ' ' || worded.told_value || worded.told_imputed
        || case when worded.is_category then ' (shared by ' else ' (typical ' end || worded.told_segment || ' here, '
        || case when worded.is_category then 'by ' else '' end || worded.told_second || ' in ' || second_segments.segment_name || ')'
        || case when worded.effect < 0 then ', which favours ' || second_segments.segment_name else '' end
    as string) as reason

from worded
inner join named_segments as own_segments
    on worded.segmentation = own_segments.segmentation
    and worded.segment_id = own_segments.segment_id
inner join named_segments as second_segments
    on worded.segmentation = second_segments.segmentation
    and worded.second_segment_id = second_segments.segment_id
