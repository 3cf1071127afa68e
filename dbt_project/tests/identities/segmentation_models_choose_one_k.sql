-- A segmentation has at most one active model; every model chose one k, the one it has.
select
    'active models' as what,
    segmentation as which,
    count(*) as found

from {{ ref('warehouse_segmentation', 'segment_models') }}
where status = 'active'
group by segmentation
having count(*) > 1

union all

select
    'chosen k' as what,
    models.model_id as which,
    count(candidates.k) as found

from {{ ref('warehouse_segmentation', 'segment_models') }} as models
left join {{ ref('warehouse_segmentation', 'segment_k_selection') }} as candidates
    on models.model_id = candidates.model_id
    and models.k = candidates.k
    and candidates.is_chosen
group by models.model_id
having count(candidates.k) <> 1
