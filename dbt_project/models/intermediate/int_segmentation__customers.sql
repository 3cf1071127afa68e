{%- set extras = warehouse_segmentation.extra_attributes() -%}
{%- set types = warehouse_segmentation.attribute_types() -%}
{%- set columns = [] -%}
{%- set spelled = ['country'] -%}
{%- for name in extras -%}
  {%- set column = warehouse_segmentation.attribute_column(name) -%}
  {%- do columns.append(column) -%}
  {%- if warehouse_segmentation.type_family(types.get(name, 'boolean')) == 'text' -%}{%- do spelled.append(column) -%}{%- endif -%}
{%- endfor -%}

with

customer_rows as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__customer_rows') }}
    where reason is null

),

-- 'germany', 'Germany ' and 'GERMANY' are one value, shown in its most common spelling.
{%- for name in spelled %}

spelling_{{ loop.index }} as (

{{ warehouse_segmentation.commonest_spelling('customer_rows', name) }}

),
{%- endfor %}

conformed as (

    select
        customer_rows.customer_id,
        customer_rows.age,
        customer_rows.gender,
        customer_rows.annual_income,
        customer_rows.spending_score,
        spelling_1.value as country,
        customer_rows.signed_up_date
        {%- for name in columns %},
        {% if name in spelled %}spelling_{{ spelled.index(name) + 1 }}.value as {{ name }}{% else %}customer_rows.{{ name }}{% endif %}
        {%- endfor %}

    from customer_rows
    {%- for name in spelled %}
    left join spelling_{{ loop.index }}
        on lower(customer_rows.{{ name }}) = spelling_{{ loop.index }}.folded
    {%- endfor %}

),

-- Everyone who ordered is a customer, whether listed or not.
buyers as (

    select customer_id
    from {{ ref('warehouse_segmentation', 'int_segmentation__customer_orders') }}

),

customers as (

    select
        coalesce(conformed.customer_id, buyers.customer_id) as customer_id,
        conformed.age,
        conformed.gender,
        conformed.annual_income,
        conformed.spending_score,
        conformed.country,
        conformed.signed_up_date
        {%- for name in columns %},
        conformed.{{ name }}
        {%- endfor %}

    from conformed
    full outer join buyers
        on conformed.customer_id = buyers.customer_id

)

select * from customers
