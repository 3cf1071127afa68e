{#- Lifts are drawn towards 1 by so many purchases as if they had been made as elsewhere. -#}
{%- set shrinkage = 20 -%}
{%- set months = ref('warehouse_segmentation', 'int_segmentation__transaction_months') -%}

with

members as (

    select
        segmentation,
        customer_id,
        segment_id

    from {{ ref('warehouse_segmentation', 'int_segmentation__scores') }}
    where segment_id > 0

),

sizes as (

    select
        segmentation,
        segment_id,
        count(*) as members

    from members
    group by
        segmentation,
        segment_id

),

-- A category is bought once a month at most, a product once, so that nobody counts for many.
purchases as (

    select
        'category' as item_type,
        customer_id,
        product_category as item,
        count(*) as purchases

    from {{ ref('warehouse_segmentation', 'int_segmentation__customer_categories') }}
    where customer_id is not null
    group by
        customer_id,
        product_category

    union all

    select
        'product',
        customer_id,
        product_id,
        1
    from {{ ref('warehouse_segmentation', 'int_segmentation__customer_products') }}
    where customer_id is not null

),

cells as (

    select
        members.segmentation,
        members.segment_id,
        purchases.item_type,
        purchases.item,
        count(*) as customers,
        sum(purchases.purchases) as purchases

    from purchases
    inner join members
        on purchases.customer_id = members.customer_id
    group by
        members.segmentation,
        members.segment_id,
        purchases.item_type,
        purchases.item

),

-- a segment's purchases, those of its segmentation, an item's in the segmentation
summed as (

    select
        *,
        sum(purchases) over (partition by segmentation, segment_id, item_type) as segment_purchases,
        sum(purchases) over (partition by segmentation, item_type) as all_purchases,
        sum(purchases) over (partition by segmentation, item_type, item) as item_purchases,
        sum(customers) over (partition by segmentation, item_type, item) as item_customers

    from cells

),

measured as (

    select
        summed.segmentation,
        summed.segment_id,
        summed.item_type,
        summed.item,
        summed.customers,
        sizes.members,
        cast(summed.purchases as double) / summed.segment_purchases as share,
        case when summed.item_customers - summed.customers >= {{ var('min_cell_size') }}
            then cast(summed.item_purchases - summed.purchases as double) / nullif(summed.all_purchases - summed.segment_purchases, 0)
        end as share_elsewhere,
        (summed.purchases + {{ shrinkage }}.0e0) / (
            cast(summed.segment_purchases as double) * cast(summed.item_purchases - summed.purchases as double)
            / nullif(summed.all_purchases - summed.segment_purchases, 0) + {{ shrinkage }}
        ) as lift

    from summed
    inner join sizes
        on summed.segmentation = sizes.segmentation
        and summed.segment_id = sizes.segment_id

),

-- what enough customers bought, clearly more often than elsewhere
supported as (

    select
        *,
        row_number() over (
            partition by segmentation, segment_id, item_type
            order by lift desc, customers desc, item
        ) as place

    from measured
    where customers >= {{ var('min_cell_size') }}
        and customers >= members * case item_type when 'category' then 0.05 else 0.02 end
        and lift >= 1.1

),

category_spellings as (

{{ warehouse_segmentation.commonest_spelling(months, 'value', "counted = 'product_category'", 'lines') }}

),

-- the commonest name and category of each product
product_names as (

    select
        product_id,
        product_name,
        product_category
    from (
        select
            product_id,
            product_name,
            product_category,
            row_number() over (
                partition by product_id
                order by sum(lines) desc, product_name, product_category
            ) as place

        from {{ ref('warehouse_segmentation', 'int_segmentation__product_names') }}
        where product_id is not null
        group by
            product_id,
            product_name,
            product_category
    ) as ranked
    where place = 1

),

named as (

    select
        supported.segmentation,
        supported.segment_id,
        row_number() over (
            partition by supported.segmentation, supported.segment_id
            order by supported.item_type, supported.place
        ) as rank,
        supported.item_type,
        category_spellings.value as category,
        case when supported.item_type = 'product' then supported.item end as product_id,
        product_names.product_name,
        supported.customers,
        cast(supported.customers as double) / supported.members as customer_share,
        supported.share,
        supported.share_elsewhere,
        supported.lift

    from supported
    left join product_names
        on supported.item_type = 'product'
        and supported.item = product_names.product_id
    left join category_spellings
        on case supported.item_type when 'category' then supported.item else product_names.product_category end = category_spellings.folded
    where supported.place <= case supported.item_type when 'category' then 5 else 10 end

)

select
    cast(segmentation as string) as segmentation,
    cast({{ warehouse_segmentation.segment_key('segmentation', 'segment_id') }} as string) as segment_key,
    cast(segment_id as int) as segment_id,
    cast(rank as int) as rank,
    cast(item_type as string) as item_type,
    cast(category as string) as category,
    cast(product_id as string) as product_id,
    cast(product_name as string) as product_name,
    cast(customers as bigint) as customers,
    customer_share,
    share,
    share_elsewhere,
    lift

from named
