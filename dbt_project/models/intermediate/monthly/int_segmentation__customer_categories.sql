{%- set replaced_from = warehouse_segmentation.replaced_from() -%}
{{- warehouse_segmentation.check_months(replaced_from) -}}

with

category_spend as (

    select
        customer_id,
        lower(product_category) as product_category,
        sum(amount) as spend,
        order_month

    from {{ ref('warehouse_segmentation', 'int_segmentation__order_lines') }}
    where reason is null
        and is_counting
        and product_category is not null
    group by
        customer_id,
        lower(product_category),
        order_month

)

select * from category_spend
{{ warehouse_segmentation.emptied_months('category_spend', ['customer_id', 'product_category', 'spend'], replaced_from) }}
