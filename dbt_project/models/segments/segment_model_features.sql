with

models as (

    select
        model_id,
        segmentation

    from {{ ref('warehouse_segmentation', 'segment_models') }}

),

features as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__model_features') }}

),

-- without its run a model is incomplete and is never read
joined as (

    select
        models.segmentation,
        features.model_id,
        features.label as feature,
        features.position,
        features.kind,
        features.feature as base_feature,
        features.level_kind,
        features.level,
        features.transform,
        features.weight,
        features.impute_value,
        features.lower_bound as lower_cap,
        features.upper_bound as upper_cap,
        features.mean as transformed_mean,
        features.standard_deviation as transformed_standard_deviation

    from features
    inner join models
        on features.model_id = models.model_id

)

select * from joined
