{{ warehouse_segmentation.broken_promises(
    ref('warehouse_segmentation', 'feature_warnings'),
    keys=[warehouse_segmentation.primary_key('feature_warnings')],
    references={
        'segmentation': [ref('warehouse_segmentation', 'int_segmentation__segmentation_settings'), 'segmentation'],
        'feature': [ref('warehouse_segmentation', 'feature_catalog'), 'feature'],
        'other_feature': [ref('warehouse_segmentation', 'feature_catalog'), 'feature']
    },
    rules=[
        "warning in ('mostly_imputed', 'mostly_missing', 'correlated_features', 'dominant_feature', 'heavy_tail', 'constant_feature')",
        "severity in ('high', 'medium', 'low')",
        "(warning = 'mostly_imputed') = (feature is null)",
        "(warning = 'correlated_features') = (other_feature is not null)",
        "value > threshold or warning = 'constant_feature'",
        'value between 0 and 1.000001 and message is not null'
    ]
) }}

union all

select
    'a warning about features once' as promise,
    count(*) as broken
from (
    select
        segmentation,
        warning,
        feature,
        other_feature
    from {{ ref('warehouse_segmentation', 'feature_warnings') }}
    group by segmentation, warning, feature, other_feature
    having count(*) > 1
) as repeated
having count(*) > 0
