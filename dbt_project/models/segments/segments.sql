{%- set specs = warehouse_segmentation.segmentation_specs() -%}
{%- set names = var('segment_names', none) -%}
{%- set colours = warehouse_segmentation.segment_colours() -%}

with

models as (

    select * from {{ ref('warehouse_segmentation', 'segment_models') }}
    where status in ('active', 'retired')

),

-- Segmentations that a project no longer has stay in the history, with their segments.
known_segmentations as (

    {%- for spec in specs %}
    select '{{ spec.name }}' as segmentation
    union
    {%- endfor %}
    select segmentation from {{ ref('warehouse_segmentation', 'int_segmentation__segment_changes') }}
    where segmentation is not null
    union
    select segmentation from models

),

playbook as (

    select
        position,
        archetype,
        strategy,
        {% for measure in warehouse_segmentation.playbook_measures() -%}
        {{ measure }}_min = 0 and {{ measure }}_max = 1{{ ' and ' if not loop.last }}
        {%- endfor %} as fits_everyone

    from {{ ref('warehouse_segmentation', 'segment_playbook') }}

),

-- the playbook's row for segments that no archetype fits
fallback as (

    select
        archetype,
        strategy
    from (
        select
            archetype,
            strategy,
            row_number() over (order by position) as place

        from playbook
        where fits_everyone
    ) as ranked
    where place = 1

),

fitted as (

    select
        models.segmentation,
        models.model_id,
        models.status,
        models.fitted_at,
        segments.segment_id,
        segments.segment_name,
        segments.description,
        segments.archetype,
        row_number() over (
            partition by models.segmentation, segments.segment_id
            order by case when models.status = 'active' then 0 else 1 end, models.fitted_at desc, models.model_id desc
        ) as newest,
        row_number() over (
            partition by models.segmentation, segments.segment_id
            order by models.fitted_at, models.model_id
        ) as oldest

    from {{ ref('warehouse_segmentation', 'int_segmentation__model_segments') }} as segments
    inner join models
        on segments.model_id = models.model_id

),

merged as (

    select
        segmentation,
        segment_id,
        max(case when newest = 1 then segment_name end) as segment_name,
        max(case when newest = 1 then description end) as description,
        max(case when newest = 1 then archetype end) as archetype,
        max(case when newest = 1 then status end) as status,
        max(case when oldest = 1 then model_id end) as first_model_id,
        max(case when newest = 1 then model_id end) as last_model_id

    from fitted
    group by segmentation, segment_id

    union all

    select
        segmentation,
        0,
        'Not segmented',
        'Customers outside the population of this segmentation, and everyone before its first fit.',
        null,
        'active',
        null,
        null
    from known_segmentations

),

name_risks as (

    select
        segmentation,
        segment_id,
        reason

    from {{ ref('warehouse_segmentation', 'int_segmentation__name_risks') }}

),

{%- if names is not none %}

-- names given by people take precedence over generated ones
given_names as (

    select
        cast(segmentation as string) as segmentation,
        cast(segment_id as int) as segment_id,
        min(cast(segment_name as string)) as segment_name

    from {{ warehouse_segmentation.relation_of(names, 'segment_names') }}
    where segment_name is not null
    group by 1, 2

),

named as (

    select
        merged.segmentation,
        merged.segment_id,
        coalesce(given_names.segment_name, merged.segment_name) as segment_name,
        merged.description,
        merged.archetype,
        merged.status,
        merged.first_model_id,
        merged.last_model_id

    from merged
    left join given_names
        on merged.segmentation = given_names.segmentation
        and merged.segment_id = given_names.segment_id

)
{%- else %}

named as (

    select * from merged

)
{%- endif %},

-- no segment has an archetype that is no longer in the playbook
advised as (

    select
        named.segmentation,
        named.segment_id,
        named.segment_name,
        named.description,
        case when named.segment_id > 0 then coalesce(playbook.archetype, fallback.archetype) end as archetype,
        case
            when named.segment_id = 0 then null
            when playbook.archetype is not null then playbook.strategy
            else fallback.strategy
        end as strategy,
        case when named.segmentation in ({% for spec in specs %}'{{ spec.name }}'{{ ', ' if not loop.last }}{% endfor %}) then named.status else 'retired' end as status,
        named.first_model_id,
        named.last_model_id

    from named
    left join playbook
        on named.archetype = playbook.archetype
    left join fallback
        on 1 = 1

),

-- Segments in use come first. Segment 0 has the same name everywhere and so the same place: a BI tool sorts a name
-- by one value.
placed as (

    select
        *,
        case
            when segment_id = 0 then 1000
            else row_number() over (
                partition by segmentation
                order by case when segment_id = 0 then 2 when status = 'active' then 0 else 1 end, segment_id
            )
        end as sort_order

    from advised

)

select
    cast(placed.segmentation as string) as segmentation,
    cast({{ warehouse_segmentation.segment_key('placed.segmentation', 'placed.segment_id') }} as string) as segment_key,
    cast(placed.segment_id as int) as segment_id,
    cast(placed.segment_name as string) as segment_name,
    cast(placed.description as string) as description,
    cast(placed.archetype as string) as archetype,
    cast(placed.strategy as string) as strategy,
    cast(placed.status as string) as status,
    cast(placed.first_model_id as string) as first_model_id,
    cast(placed.last_model_id as string) as last_model_id,
    cast(placed.sort_order as int) as sort_order,
    cast(
        case
            when placed.segment_id = 0 or placed.status <> 'active' then '{{ colours.others }}'
            {%- for colour in colours.segments %}
            when placed.sort_order % {{ colours.segments | length }} = {{ loop.index % (colours.segments | length) }} then '{{ colour }}'
            {%- endfor %}
        end
    as string) as colour,
    name_risks.reason is not null as name_at_risk,
    name_risks.reason as name_at_risk_reason

from placed
left join name_risks
    on placed.segmentation = name_risks.segmentation
    and placed.segment_id = name_risks.segment_id
    and placed.status = 'active'
