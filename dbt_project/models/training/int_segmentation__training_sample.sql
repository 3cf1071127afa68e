{%- set specs = warehouse_segmentation.segmentation_specs() -%}
{%- set preparation = ref('warehouse_segmentation', 'int_segmentation__preparation') -%}
{%- set drawn_before = ref('warehouse_segmentation', 'int_segmentation__training_customers') -%}
{%- set prepared = ref('warehouse_segmentation', 'int_segmentation__prepared_customers') -%}
{%- set structures = warehouse_segmentation.prepared_structures(preparation) -%}
{%- set width = structures.values() | map('length') | max | default(0, true) -%}

with

{% for spec in specs -%}
population_{{ loop.index }} as (

    select max(population_customers) as population_customers
    from {{ drawn_before }}
    where segmentation = '{{ spec.name }}'
    having count(*) > 0

),

chances_{{ loop.index }} as (

    select
        prepared.*,
        {{ warehouse_segmentation.hash_uniform(var('seed'), 'customer_id') }} as sample_hash,
        {{ warehouse_segmentation.uniform_chance('population_customers') }} as uniform_chance,
        {{ warehouse_segmentation.sampling_chance('population_customers', 'squared_length', warehouse_segmentation.expected_squared_length(spec, structures[spec.name])) }} as chance

    from {{ prepared }} as prepared
    cross join population_{{ loop.index }}
    where segmentation = '{{ spec.name }}'

),

{% endfor -%}

chances as (

    {%- for spec in specs %}
    select * from chances_{{ loop.index }}
    {{ 'union all' if not loop.last }}
    {%- endfor %}

)

-- The md5 of the id decides, so the same customers are drawn in every run and on every engine. Those below the
-- smallest chance of all are a uniform sample.
select
    segmentation,
    customer_id,
    sample_hash,
    sample_hash < uniform_chance as is_uniform,
    1 / chance as sample_weight,
    cast(net_revenue as double) as sample_revenue,
    distance_beyond_caps
    {%- for position in range(1, width + 1) %},
    x_{{ position }}
    {%- endfor %}

from chances
where sample_hash < chance
