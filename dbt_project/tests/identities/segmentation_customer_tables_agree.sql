-- The tables with one row per customer have the same customers.
with

stacked as (

    {%- for relation in ['customer_features', 'customer_attributes', 'customer_segments_wide'] %}
    select
        customer_id,
        '{{ relation }}' as relation
    from {{ ref('warehouse_segmentation', relation) }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

select
    customer_id,
    count(*) as tables,
    min(relation) as found_in

from stacked
group by customer_id
having count(*) <> 3
