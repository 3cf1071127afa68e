{%- set specs = warehouse_segmentation.training_specs() -%}
{%- set used = warehouse_segmentation.sampled_features(specs) -%}
{%- set sample_hash = warehouse_segmentation.hash_uniform(var('seed'), 'customers.customer_id') -%}

{%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}

with

{% for spec in specs -%}
population_{{ loop.index }} as (

    select count(*) as population_customers
    from {{ customers }}
    where {{ warehouse_segmentation.in_population(spec.population) }}

),

-- The same customers are drawn on every engine and in every run: the md5 of the id decides.
sample_{{ loop.index }} as (

    select
        '{{ spec.name }}' as segmentation,
        customers.customer_id,
        {{ sample_hash }} as sample_hash,
        population.population_customers,
        coalesce(customers.net_revenue, 0) as sample_revenue
        {%- for name in used %},
        customers.{{ warehouse_segmentation.quoted(name) }} as feature_{{ loop.index }}
        {%- endfor %}

    from (
        select * from {{ customers }}
        where {{ warehouse_segmentation.in_population(spec.population) }}
    ) as customers
    cross join population_{{ loop.index }} as population
    where {{ sample_hash }} < {{ var('sample_size') }}.0e0 / population.population_customers

){{ ',' if not loop.last }}

{% endfor -%}

{% for spec in specs %}
select * from sample_{{ loop.index }}
{{ 'union all' if not loop.last }}
{%- endfor %}
