{%- set guards = warehouse_segmentation.promotion_guards() -%}
{#- what is measured, and whether the threshold is the most or the least that passes -#}
{%- set checks = [
    {'name': 'movers', 'value': 'movers', 'threshold': guards.movers, 'least': false},
    {'name': 'smallest_segment', 'value': 'smallest_share', 'threshold': guards.smallest_segment, 'least': true},
    {'name': 'silhouette_lost', 'value': 'silhouette_lost', 'threshold': guards.silhouette_lost, 'least': false},
    {'name': 'stability_lost', 'value': 'stability_lost', 'threshold': guards.stability_lost, 'least': false},
    {'name': 'k_changed', 'value': 'k_changed', 'threshold': 0 if guards.k_changed else none, 'least': false},
    {'name': 'verdict_worse', 'value': 'grades_lost', 'threshold': 0 if guards.verdict_worse else none, 'least': false},
    {'name': 'by_hand', 'value': '1' if guards.by_hand else '0', 'threshold': 0, 'least': false},
] -%}

with

preview as (

    select * from {{ ref('warehouse_segmentation', 'segment_refit_preview') }}

),

runs as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__model_runs') }}

),

moves as (

    select
        segmentation,
        model_id,
        active_model_id,
        {{ warehouse_segmentation.share_of('sum(case when from_segment_id <> to_segment_id then customers else 0 end)', 'sum(customers)') }} as movers,
        sum(case when to_segment_id > 0 then customers else 0 end) as placed_customers

    from preview
    group by
        segmentation,
        model_id,
        active_model_id

),

-- an empty segment is also a segment of its model
sizes as (

    select
        segments.model_id,
        segments.segment_id,
        coalesce(sum(preview.customers), 0) as customers

    from {{ ref('warehouse_segmentation', 'int_segmentation__model_segments') }} as segments
    left join preview
        on segments.model_id = preview.model_id
        and segments.segment_id = preview.to_segment_id
    group by
        segments.model_id,
        segments.segment_id

),

smallest as (

    select
        model_id,
        min(customers) as customers

    from sizes
    group by model_id

),

-- Silhouettes and stabilities of both models are from the sample of the candidate's fit. Those of the model that was
-- active then say nothing about any other model.
measured as (

    select
        moves.segmentation,
        moves.model_id,
        moves.movers,
        {{ warehouse_segmentation.share_of('smallest.customers', 'moves.placed_customers') }} as smallest_share,
        case when moves.active_model_id = candidate.compared_model_id then candidate.previous_silhouette - candidate.compared_silhouette end as silhouette_lost,
        case when moves.active_model_id = candidate.compared_model_id then candidate.previous_stability - candidate.stability end as stability_lost,
        cast(abs(candidate.k - active.k) as double) as k_changed,
        cast(
            case active.verdict when 'strong' then 2 when 'weak' then 1 else 0 end
            - case candidate.verdict when 'strong' then 2 when 'weak' then 1 else 0 end
        as double) as grades_lost,
        candidate.k,
        active.k as active_k,
        candidate.verdict,
        active.verdict as active_verdict,
        candidate.compared_silhouette,
        candidate.previous_silhouette,
        candidate.stability,
        candidate.previous_stability

    from moves
    inner join runs as candidate
        on moves.model_id = candidate.model_id
    inner join runs as active
        on moves.active_model_id = active.model_id
    inner join smallest
        on moves.model_id = smallest.model_id

),

judged as (

    {%- for check in checks %}
    select
        segmentation,
        model_id,
        {{ loop.index }} as position,
        '{{ check.name }}' as check_name,
        cast({{ check.value }} as double) as value,
        cast({{ check.threshold if check.threshold is not none else 'null' }} as double) as threshold,
        case '{{ check.name }}'
            when 'movers' then {{ warehouse_segmentation.share_text('movers') }} || ' of the customers would change segment'
            when 'smallest_segment' then 'the smallest segment would have ' || {{ warehouse_segmentation.share_text('smallest_share') }} || ' of the customers'
            when 'silhouette_lost' then 'silhouette ' || {{ warehouse_segmentation.number_text('compared_silhouette', 2) }} || ' instead of ' || {{ warehouse_segmentation.number_text('previous_silhouette', 2) }} || ' on the same customers'
            when 'stability_lost' then 'stability ' || {{ warehouse_segmentation.number_text('stability', 2) }} || ' instead of ' || {{ warehouse_segmentation.number_text('previous_stability', 2) }} || ' on the same customers'
            when 'k_changed' then cast(k as string) || ' segments instead of ' || cast(active_k as string)
            when 'verdict_worse' then 'verdict ' || verdict || ' instead of ' || active_verdict
            else '{{ 'every candidate waits for a decision' if guards.by_hand else 'no decision is needed' }}'
        end as message
    from measured
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    cast(segmentation as string) as segmentation,
    cast(model_id as string) as model_id,
    cast(check_name as string) as check_name,
    cast(position as int) as position,
    value,
    threshold,
    coalesce(
        case check_name
            {%- for check in checks if check.least %}
            when '{{ check.name }}' then value >= threshold
            {%- endfor %}
            else value <= threshold
        end,
        true
    ) as passed,
    cast(coalesce(message, 'cannot be compared: the models have other features, or a figure was not measured') as string) as message

from judged
