with

segments as (

    select * from {{ ref('warehouse_segmentation', 'segments') }}
    where status = 'active'
        and segment_id > 0

),

members as (

    select
        segmentation,
        segment_id,
        count(*) as customers

    from {{ ref('warehouse_segmentation', 'int_segmentation__scores') }}
    group by
        segmentation,
        segment_id

),

rules as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__model_rules') }}

),

counts as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__rule_counts') }}

),

joined as (

    select
        segments.segmentation,
        segments.segment_key,
        segments.segment_id,
        coalesce(rules.rule, 'The model was fitted before rules existed: the next fit finds them.') as rule,
        rules.sql_predicate,
        case when rules.sql_predicate is not null then coalesce(members.customers, 0) end as customers,
        counts.named_customers,
        counts.right_customers

    from segments
    left join rules
        on segments.last_model_id = rules.model_id
        and segments.segment_id = rules.segment_id
    left join members
        on segments.segmentation = members.segmentation
        and segments.segment_id = members.segment_id
    left join counts
        on segments.segmentation = counts.segmentation
        and segments.segment_id = counts.segment_id

)

select
    cast(segmentation as string) as segmentation,
    cast(segment_key as string) as segment_key,
    cast(segment_id as int) as segment_id,
    cast(rule as string) as rule,
    cast(sql_predicate as string) as sql_predicate,
    cast(named_customers as bigint) as named_customers,
    cast(right_customers as double) / nullif(cast(named_customers as double), 0) as precision,
    cast(right_customers as double) / nullif(cast(customers as double), 0) as recall

from joined
