{#- Lifts are shrunk towards 1 by this number of pseudo-purchases, distributed as elsewhere. -#}
{%- set shrinkage = 20 -%}
{%- set lines = ref('warehouse_segmentation', 'int_segmentation__used_lines') -%}
{#- Neither builds anything of the other. But each may need most of the memory that the engine has, so they run in turn. #}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__segment_moments') }}

with

members as (

    select
        segmentation,
        {{ warehouse_segmentation.hashed(['customer_id']) }} as customer_key,
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

-- A category counts once per customer and month, a product once per customer, so that frequent
-- buyers do not dominate. Customers and items are numbers here, because grouping and joining
-- numbers costs less than texts. The months of a customer and category are bits, since a group of
-- its own for each month costs more; 60 of them fit a number.
category_lines as (

    select
        {{ warehouse_segmentation.hashed(['customer_id']) }} as customer_key,
        {{ warehouse_segmentation.hashed(['lower(product_category)']) }} as item_key,
        (year(as_of_date) - year(order_month)) * 12 + month(as_of_date) - month(order_month) as months_ago

    from {{ lines }}
    where is_counting
        and product_category is not null

),

category_months as (

    select
        customer_key,
        item_key,
        cast(floor(months_ago / 60) as int) as five_years_ago,
        bit_or({{ warehouse_segmentation.bit_at('months_ago % 60') }}) as months

    from category_lines
    group by
        customer_key,
        item_key,
        cast(floor(months_ago / 60) as int)

),

purchases as (

    select
        'category' as item_type,
        customer_key,
        item_key,
        sum(bit_count(months)) as purchases

    from category_months
    group by
        customer_key,
        item_key

    union all

    select
        'product',
        {{ warehouse_segmentation.hashed(['customer_id']) }},
        {{ warehouse_segmentation.hashed(['product_id']) }},
        1
    from {{ lines }}
    where is_counting
        and product_id is not null
    group by
        {{ warehouse_segmentation.hashed(['customer_id']) }},
        {{ warehouse_segmentation.hashed(['product_id']) }}

),

-- Distinct texts come first, so that only those are hashed.
categories as (

    select distinct lower(product_category) as item
    from (
        select distinct product_category from {{ lines }}
        where is_counting
            and product_category is not null
    ) as spellings

),

products as (

    select distinct product_id as item
    from {{ lines }}
    where is_counting
        and product_id is not null

),

items as (

    select
        'category' as item_type,
        item,
        {{ warehouse_segmentation.hashed(['item']) }} as item_key
    from categories
    union all
    select
        'product',
        item,
        {{ warehouse_segmentation.hashed(['item']) }}
    from products

),

counted as (

    select
        members.segmentation,
        members.segment_id,
        purchases.item_type,
        purchases.item_key,
        count(*) as customers,
        sum(purchases.purchases) as purchases

    from purchases
    inner join members
        on purchases.customer_key = members.customer_key
    group by
        members.segmentation,
        members.segment_id,
        purchases.item_type,
        purchases.item_key

),

cells as (

    select
        counted.segmentation,
        counted.segment_id,
        counted.item_type,
        items.item,
        counted.customers,
        counted.purchases

    from counted
    inner join items
        on counted.item_type = items.item_type
        and counted.item_key = items.item_key

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

-- items that enough customers bought, and clearly more often than in other segments
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

{{ warehouse_segmentation.commonest_spelling(lines, 'product_category') }}

),

recommended as (

    select *
    from supported
    where place <= case item_type when 'category' then 5 else 10 end

),

-- The most common name and category of each of those products until as_of_date. Lines that cannot be used count as
-- well: a fault of a line says nothing about the name of its product.
product_names as (

    select
        product_id,
        product_name,
        product_category
    from (
        select
            lines.product_id,
            lines.product_name,
            lower(lines.product_category) as product_category,
            row_number() over (
                partition by lines.product_id
                order by count(*) desc, lines.product_name, lower(lines.product_category)
            ) as place

        from {{ ref('warehouse_segmentation', 'int_segmentation__order_lines') }} as lines
        inner join (
            select distinct item from recommended
            where item_type = 'product'
        ) as products
            on lines.product_id = products.item
        cross join {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }} as as_of
        where lines.ordered_date < as_of.as_of_date
            or lines.ordered_date is null
        group by
            lines.product_id,
            lines.product_name,
            lower(lines.product_category)
    ) as ranked
    where place = 1

),

named as (

    select
        recommended.segmentation,
        recommended.segment_id,
        row_number() over (
            partition by recommended.segmentation, recommended.segment_id
            order by recommended.item_type, recommended.place
        ) as rank,
        recommended.item_type,
        category_spellings.value as category,
        case when recommended.item_type = 'product' then recommended.item end as product_id,
        product_names.product_name,
        recommended.customers,
        cast(recommended.customers as double) / recommended.members as customer_share,
        recommended.share,
        recommended.share_elsewhere,
        recommended.lift

    from recommended
    left join product_names
        on recommended.item_type = 'product'
        and recommended.item = product_names.product_id
    left join category_spellings
        on case recommended.item_type when 'category' then recommended.item else product_names.product_category end = category_spellings.folded

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
