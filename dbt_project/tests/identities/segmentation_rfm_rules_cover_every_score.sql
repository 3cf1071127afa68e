-- Each of the 125 combinations of scores has exactly one rule that decides it.
with

rules as (

    select * from {{ ref('warehouse_segmentation', 'rfm_rules') }}

),

decided as (

{{ warehouse_segmentation.rfm_combinations('rules') }}

)

select
    count(*) as combinations,
    count(priority) as covered
from decided
having count(*) <> 125
    or count(priority) <> 125
