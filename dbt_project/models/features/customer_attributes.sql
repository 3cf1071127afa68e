{{ warehouse_segmentation.check_feature_relations() }}
{%- do warehouse_segmentation.training_specs() -%}
{%- set extras = warehouse_segmentation.extra_attributes() -%}
{%- set relations = warehouse_segmentation.given_features() -%}

with

customers as (

    select * from {{ ref('warehouse_segmentation', 'int_segmentation__customers') }}

),

{%- for given in relations %}
{%- set place = loop.index %}

given_{{ place }} as (

    select
        {{ warehouse_segmentation.id_text(adapter.quote('customer_id'), given.id_type) }} as customer_id
        {%- for column in given.columns %},
        {{ warehouse_segmentation.attribute_expression(column.name, column.type or 'varchar') }} as {{ adapter.quote(column.name) }}
        {%- endfor %}

    from (
        {{ given.query }}
    ) as given_rows

),

-- texts that differ in case alone are one value, as they are in the customers' own attributes
{%- for column in given.columns if column.kind == 'category' %}

spelling_{{ place }}_{{ loop.index }} as (

{{ warehouse_segmentation.commonest_spelling('given_' ~ place, adapter.quote(column.name)) }}

),
{%- endfor %}
{%- endfor %}

-- Who is not listed in a relation has NULL; who is nobody's customer stays out.
joined as (

    select
        customers.customer_id
        {%- for name in extras %},
        customers.{{ adapter.quote(name) }}
        {%- endfor %}
        {%- for given in relations %}
        {%- set place = loop.index %}
        {%- set texts = given.columns | selectattr('kind', 'equalto', 'category') | list %}
        {%- for column in given.columns %},
        {% if column in texts %}spelling_{{ place }}_{{ texts.index(column) + 1 }}.value as {{ adapter.quote(column.name) }}{% else %}given_{{ place }}.{{ adapter.quote(column.name) }}{% endif %}
        {%- endfor %}
        {%- endfor %}

    from customers
    {%- for given in relations %}
    {%- set place = loop.index %}
    left join given_{{ place }}
        on customers.customer_id = given_{{ place }}.customer_id
    {%- for column in given.columns if column.kind == 'category' %}
    left join spelling_{{ place }}_{{ loop.index }}
        on lower(given_{{ place }}.{{ adapter.quote(column.name) }}) = spelling_{{ place }}_{{ loop.index }}.folded
    {%- endfor %}
    {%- endfor %}

)

select * from joined
