{%- set specs = warehouse_segmentation.training_specs() -%}
{%- set used = [] -%}
{%- for spec in specs -%}
  {%- for feature in spec.features if feature.name not in used -%}{%- do used.append(feature.name) -%}{%- endfor -%}
{%- endfor -%}
{%- set sample_hash = warehouse_segmentation.hash_uniform(var('seed'), 'customer_id') -%}

{%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}

with

{% for spec in specs -%}
population_{{ loop.index }} as (

    select count(*) as population_customers
    from {{ customers }}
    where {{ warehouse_segmentation.in_population(spec.population) }}

),

-- The same customers come back on every engine and in every run: the md5 of the id decides.
sample_{{ loop.index }} as (

    select
        '{{ spec.name }}' as segmentation,
        customer_id,
        {{ sample_hash }} as sample_hash,
        population_customers,
        net_revenue as sample_revenue
        {%- for name in used %},
        {{ adapter.quote(name) }}
        {%- endfor %}

    from {{ customers }}
    cross join population_{{ loop.index }}
    where {{ warehouse_segmentation.in_population(spec.population) }}
        and {{ sample_hash }} < {{ var('sample_size') }}.0e0 / population_customers

){{ ',' if not loop.last }}

{% endfor -%}

{% for spec in specs %}
select * from sample_{{ loop.index }}
{{ 'union all' if not loop.last }}
{%- endfor %}
