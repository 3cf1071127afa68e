{{ warehouse_segmentation.check_feature_relations() }}
{%- do warehouse_segmentation.training_specs() -%}
{%- set extras = warehouse_segmentation.extra_attributes() -%}
{%- set relations = warehouse_segmentation.given_features() -%}
{#- Attributes get their own names last, so that no earlier step has two columns with the same name. -#}
{%- set names = {} -%}
{%- for name in extras -%}{%- do names.update({warehouse_segmentation.attribute_column(name): name}) -%}{%- endfor %}

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
        {{ warehouse_segmentation.attribute_expression(column.name, column.type or 'varchar') }} as given_{{ loop.index }}
        {%- endfor %}

    from (
        {{ given.query }}
    ) as given_rows

),

-- texts that differ only in case are one value, as in the customers' own attributes
{%- for column in given.columns if column.kind == 'category' %}
{%- set i = given.columns.index(column) + 1 %}

spelling_{{ place }}_{{ i }} as (

{{ warehouse_segmentation.commonest_spelling('given_' ~ place, 'given_' ~ i) }}

),
{%- endfor %}
{%- endfor %}

-- A customer who is not in a relation has NULL; rows of a relation without a customer are left out.
joined as (

    select
        customers.customer_id
        {%- for name in extras %},
        customers.{{ warehouse_segmentation.attribute_column(name) }}
        {%- endfor %}
        {%- for given in relations %}
        {%- set place = loop.index %}
        {%- for column in given.columns %}
        {%- set name = 'given_' ~ place ~ '_' ~ loop.index %}
        {%- do names.update({name: column.name}) %},
        {% if column.kind == 'category' %}spelling_{{ place }}_{{ loop.index }}.value{% else %}given_{{ place }}.given_{{ loop.index }}{% endif %} as {{ name }}
        {%- endfor %}
        {%- endfor %}

    from customers
    {%- for given in relations %}
    {%- set place = loop.index %}
    left join given_{{ place }}
        on customers.customer_id = given_{{ place }}.customer_id
    {%- for column in given.columns if column.kind == 'category' %}
    {%- set i = given.columns.index(column) + 1 %}
    left join spelling_{{ place }}_{{ i }}
        on lower(given_{{ place }}.given_{{ i }}) = spelling_{{ place }}_{{ i }}.folded
    {%- endfor %}
    {%- endfor %}

)

select
    customer_id
    {%- for column, name in names.items() %},
    {{ column }} as {{ warehouse_segmentation.quoted(name) }}
    {%- endfor %}

from joined
