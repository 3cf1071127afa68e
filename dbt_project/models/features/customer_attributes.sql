with

customers as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__customers') }}

)

select
    customer_id
    {%- for name in warehouse_segmentation.extra_attributes() %},
    {{ adapter.quote(name) }}
    {%- endfor %}

from customers
