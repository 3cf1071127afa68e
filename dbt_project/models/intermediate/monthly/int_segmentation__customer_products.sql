{%- set replaced_from = warehouse_segmentation.replaced_from() -%}
{{- warehouse_segmentation.check_months(replaced_from) -}}

with

bought as (

    select
        customer_id,
        product_id,
        min(order_month) as order_month

    from {{ ref('warehouse_segmentation', 'int_segmentation__order_lines') }}
    where reason is null
        and is_counting
        and product_id is not null
    group by
        customer_id,
        product_id

),

-- A product stands in the month it was first bought in, so that counting rows counts products.
first_bought as (

    select * from bought
    {%- if is_incremental() and replaced_from %}
    where not exists (
        select 1
        from {{ this }} as bought_before
        where bought_before.customer_id = bought.customer_id
            and bought_before.product_id = bought.product_id
            and bought_before.order_month < date '{{ replaced_from }}'
    )
    {%- endif %}

)

select * from first_bought
{{ warehouse_segmentation.emptied_months('first_bought', ['customer_id', 'product_id'], replaced_from) }}
