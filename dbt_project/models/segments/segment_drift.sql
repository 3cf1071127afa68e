{{ config(
    materialized='incremental',
    full_refresh=false,
    incremental_strategy='insert_overwrite' if target.type == 'spark' else 'delete+insert',
    unique_key='as_of_date',
    partition_by='as_of_date' if target.type == 'spark' else none,
    on_schema_change='append_new_columns'
) }}
{%- set models = warehouse_segmentation.drift_models() -%}
{%- set binned = [] -%}
{%- for spec in warehouse_segmentation.segmentation_specs() if spec.name in models -%}
  {%- set bins = warehouse_segmentation.model_bins(models[spec.name]) -%}
  {%- if bins -%}{%- do binned.append({'segmentation': spec.name, 'bins': bins}) -%}{%- endif -%}
{%- endfor %}
-- depends_on: {{ ref('warehouse_segmentation', 'segment_models') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_bins') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__customer_columns') }}

with

{% for one in binned -%}
counted_{{ loop.index }} as (

{{ warehouse_segmentation.count_bins(one.segmentation, models[one.segmentation], one.bins) }}

),

{% endfor -%}

stacked as (

    {%- for one in binned %}
    select * from counted_{{ loop.index }}
    union all
    {%- endfor %}
    select
        cast(null as string) as segmentation,
        cast(null as string) as model_id,
        cast(null as string) as feature,
        cast(null as double) as expected_share,
        cast(null as bigint) as customers,
        cast(null as bigint) as population_customers
    where false

),

-- an empty bin counts as one customer in ten thousand: its logarithm would be infinite
shares as (

    select
        segmentation,
        model_id,
        feature,
        population_customers,
        greatest(expected_share, 0.0001e0) as expected_share,
        greatest(cast(customers as double) / nullif(population_customers, 0), 0.0001e0) as share

    from stacked

),

-- rounded before it is summed, so that the order of bins cannot matter
summed as (

    select
        shares.segmentation,
        shares.model_id,
        shares.feature,
        max(shares.population_customers) as customers,
        max(models.sample_size) as sample_size,
        count(*) as bins,
        cast(sum(cast((shares.share - shares.expected_share) * ln(shares.share / shares.expected_share) as decimal(18, 12))) as double) as psi

    from shares
    inner join {{ ref('warehouse_segmentation', 'segment_models') }} as models
        on shares.model_id = models.model_id
    where shares.population_customers > 0
    group by
        shares.segmentation,
        shares.model_id,
        shares.feature

),

-- what two random samples of these sizes would show, with some room: mean and three standard deviations
-- of the chi-squared distribution that it follows
judged as (

    select
        *,
        (bins - 1 + 3 * sqrt(2.0e0 * (bins - 1))) * (1.0e0 / customers + 1.0e0 / sample_size) as chance

    from summed

)

select
    cast(judged.segmentation as string) as segmentation,
    cast(judged.model_id as string) as model_id,
    cast(judged.feature as string) as feature,
    cast(judged.bins as int) as bins,
    judged.psi,
    cast(
        case
            when judged.psi < 0.1 or judged.psi <= judged.chance then 'stable'
            when judged.psi < 0.25 then 'moderate'
            else 'drifted'
        end
    as string) as status,
    as_of.as_of_date

from judged
cross join {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }} as as_of
