{{ config(materialized='view') }}
{%- set models = warehouse_segmentation.active_models() -%}
{%- set specs = warehouse_segmentation.segmentation_specs() -%}
-- depends_on: {{ ref('warehouse_segmentation', 'segment_models') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_centroids') }}
-- depends_on: {{ ref('warehouse_segmentation', 'customer_segments') }}
-- depends_on: {{ ref('warehouse_segmentation', 'customer_features') }}
-- depends_on: {{ ref('warehouse_segmentation', 'customer_attributes') }}

with

-- not called `segments`: see explain_customers
named_segments as (

    select
        segmentation,
        segment_id,
        segment_key,
        segment_name

    from {{ ref('warehouse_segmentation', 'segments') }}

),

{% for spec in specs if spec.name in models -%}
{{ warehouse_segmentation.explain_customers(spec.name, models[spec.name], loop.index) }},

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
        || case when worded.effect < 0 then ', which speaks for ' || second_segments.segment_name else '' end
    as string) as reason

from worded
inner join named_segments as own_segments
    on worded.segmentation = own_segments.segmentation
    and worded.segment_id = own_segments.segment_id
inner join named_segments as second_segments
    on worded.segmentation = second_segments.segmentation
    and worded.second_segment_id = second_segments.segment_id
