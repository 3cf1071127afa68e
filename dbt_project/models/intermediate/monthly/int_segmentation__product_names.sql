{%- set replaced_from = warehouse_segmentation.replaced_from() -%}
{{- warehouse_segmentation.check_months(replaced_from) -}}

with

as_of as (

    select is_rolling from {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

),

-- Read where the lines come from: the names of all lines would only make int_segmentation__order_lines
-- wider. Lines that cannot be used count as well: what is wrong with a line, which takes longer to find
-- out than all of this, says nothing about what its product is called.
named as (

    select
        product_id,
        product_name,
        lower(product_category) as product_category,
        count(*) as lines,
        {{ warehouse_segmentation.order_month('ordered_date', 'is_rolling') }} as order_month

    from {{ ref('warehouse_segmentation', 'stg_segmentation__transactions') }}
    cross join as_of
    where product_id is not null
        and {{ warehouse_segmentation.lines_since(replaced_from, or_undated=true) if replaced_from else 'true' }}
    group by
        product_id,
        product_name,
        lower(product_category),
        {{ warehouse_segmentation.order_month('ordered_date', 'is_rolling') }}

)

select * from named
{{ warehouse_segmentation.emptied_months('named', ['product_id', 'product_name', 'product_category', 'lines'], replaced_from) }}
