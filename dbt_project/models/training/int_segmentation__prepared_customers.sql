{{ config(materialized='view') }}
{%- set specs = warehouse_segmentation.segmentation_specs() -%}
{%- set preparation = ref('warehouse_segmentation', 'int_segmentation__preparation') -%}
{%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}
{%- set structures = warehouse_segmentation.prepared_structures(preparation) -%}
{%- set width = structures.values() | map('length') | max | default(0, true) -%}

with

{% for spec in specs -%}
{%- set columns = structures[spec.name] -%}
parameters_{{ loop.index }} as (

    select
        {{ warehouse_segmentation.preparation_parameters(columns) }}

    from {{ preparation }}
    where segmentation = '{{ spec.name }}'

),

vectors_{{ loop.index }} as (

    select
        customers.customer_id,
        coalesce(customers.net_revenue, 0) as net_revenue
        {%- for column in columns %},
        {{ warehouse_segmentation.prepared_column(column, columns) }} as x_{{ column.position }},
        {{ warehouse_segmentation.beyond_cap(column) }} as beyond_{{ column.position }}
        {%- endfor %}

    from (
        select * from {{ customers }}
        where {{ warehouse_segmentation.in_population(spec.population) }}
    ) as customers
    cross join parameters_{{ loop.index }} as parameters -- noqa: AL05

),

prepared_{{ loop.index }} as (

    select
        '{{ spec.name }}' as segmentation,
        customer_id,
        net_revenue,
        {{ warehouse_segmentation.squared_length('x_', columns) }} as squared_length,
        sqrt({{ warehouse_segmentation.squared_length('beyond_', columns) }}) as distance_beyond_caps
        {%- for column in columns %},
        x_{{ column.position }}
        {%- endfor %}
        {%- for position in range(columns | length + 1, width + 1) %},
        cast(null as double) as x_{{ position }}
        {%- endfor %}

    from vectors_{{ loop.index }}

){{ ',' if not loop.last }}

{% endfor -%}

{% for name in structures %}
select * from prepared_{{ loop.index }}
{{ 'union all' if not loop.last }}
{%- endfor %}
