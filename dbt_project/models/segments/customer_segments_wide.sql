with

customer_segments as (

    select
        segmentation,
        customer_id,
        segment_name

    from {{ ref('warehouse_segmentation', 'customer_segments') }}

)

select
    customer_id
    {%- for spec in warehouse_segmentation.segmentation_specs() %},
    max(case when segmentation = '{{ spec.name }}' then segment_name end) as {{ adapter.quote(spec.name) }}
    {%- endfor %}

from customer_segments
group by customer_id
