{{ config(
    materialized='incremental',
    full_refresh=false,
    incremental_strategy='insert_overwrite' if target.type == 'spark' else 'delete+insert',
    unique_key='as_of_date',
    partition_by='as_of_date' if target.type == 'spark' else none,
    on_schema_change='append_new_columns'
) }}

with

-- an empty bin counts as one customer in ten thousand: its logarithm would be infinite
shares as (

    select
        counts.segmentation,
        counts.model_id,
        counts.feature,
        counts.population_customers,
        greatest(bins.expected_share, 0.0001e0) as expected_share,
        greatest(cast(counts.customers as double) / nullif(counts.population_customers, 0), 0.0001e0) as share

    from {{ ref('warehouse_segmentation', 'int_segmentation__bin_counts') }} as counts
    inner join {{ ref('warehouse_segmentation', 'int_segmentation__model_bins') }} as bins
        on counts.model_id = bins.model_id
        and counts.feature = bins.feature
        and counts.bin = bins.bin
    where counts.population_customers > 0

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
