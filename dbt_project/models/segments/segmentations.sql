{{ warehouse_segmentation.warn_about_unfitted() }}
{%- set models = warehouse_segmentation.active_models() %}

with

-- the population of the active model, which scoring uses; before the first model, that of the
-- settings
populations as (

    {%- for spec in warehouse_segmentation.segmentation_specs() %}
    {%- set population = models[spec.name].population if spec.name in models else spec.population %}
    select
        '{{ spec.name }}' as segmentation,
        {{ 'cast(null as string)' if population | trim | lower == 'true' else warehouse_segmentation.text_literal(population) }} as population
    {{ 'union all' if not loop.last }}
    {%- endfor %}

),

settings as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__segmentation_settings') }}

),

active_models as (

    select * from {{ ref('warehouse_segmentation', 'segment_models') }}
    where status = 'active'

),

candidates as (

    select distinct segmentation
    from {{ ref('warehouse_segmentation', 'segment_models') }}
    where status = 'candidate'

),

members as (

    select
        segmentation,
        count(*) as customers

    from {{ ref('warehouse_segmentation', 'int_segmentation__scores') }}
    where segment_id > 0
    group by segmentation

),

currencies as (

    select max(item) as currency
    from {{ ref('warehouse_segmentation', 'int_segmentation__input_figures') }}
    where measure = 'currency'

),

joined as (

    select
        settings.segmentation,
        settings.description,
        case
            when active_models.model_id is not null then 'active'
            when settings.skip_reason is not null then 'skipped'
            else 'awaiting_fit'
        end as status,
        case
            when active_models.model_id is null and settings.skip_reason is not null then settings.skip_reason
            when active_models.model_id is null then 'never fitted: run `segment fit`'
            when candidates.segmentation is not null
                then 'a new model waits for a decision: `segment promote ' || settings.segmentation || '` or `segment reject ' || settings.segmentation || '`'
            when active_models.spec_hash <> settings.spec_hash then 'the settings changed after the fit: run `segment fit` to apply them'
        end as reason,
        active_models.model_id,
        active_models.verdict,
        active_models.verdict_reason,
        populations.population,
        currencies.currency,
        settings.as_of_date,
        coalesce(members.customers, 0) as customers

    from settings
    cross join currencies
    left join populations
        on settings.segmentation = populations.segmentation
    left join active_models
        on settings.segmentation = active_models.segmentation
    left join candidates
        on settings.segmentation = candidates.segmentation
    left join members
        on settings.segmentation = members.segmentation

)

select
    segmentation,
    description,
    cast(status as string) as status,
    cast(reason as string) as reason,
    model_id,
    verdict,
    verdict_reason,
    cast(population as string) as population,
    cast(currency as string) as currency,
    as_of_date,
    cast(customers as bigint) as customers

from joined
