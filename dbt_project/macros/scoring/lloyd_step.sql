{#- One Lloyd step over all customers of a segmentation: rows of (cluster, customers, inertia, mean_1, mean_2, ...)
    for the clusters, 1 to k, that are nearest to at least one customer. `centroids` is a list of k lists, each
    centroid's coordinates in order of `positions` as SQL literals. Everything is summed exactly, so the result is the
    same whatever the number of threads; a squared distance above 1e18 is left out of the inertia, as in exact(). -#}
{% macro lloyd_step(segmentation, positions, centroids) %}
{%- set ids = range(1, centroids | length + 1) | list -%}
{%- set columns = [] -%}
{%- for position in positions -%}{%- do columns.append({'position': position}) -%}{%- endfor -%}
with

centroids as (

    select
        {%- for coordinates in centroids %}
        {%- set id = loop.index %}
        {%- set outer_loop = loop %}
        {%- for position in positions %}
        {{ coordinates[loop.index0] }} as c_{{ id }}_{{ position }}{{ ',' if not (loop.last and outer_loop.last) }}
        {%- endfor %}
        {%- endfor %}

),

squared as (

    select
        x_{{ positions | join(', x_') }},
        {{ warehouse_segmentation.squared_distances(ids, columns) }}

    from {{ ref('warehouse_segmentation', 'int_segmentation__prepared_customers') }}
    cross join centroids
    where segmentation = '{{ segmentation }}'

),

nearest as (

    select
        *,
        {{ warehouse_segmentation.smallest_of(ids) }} as d_first

    from squared

),

placed as (

    select
        *,
        {{ warehouse_segmentation.nearest_of(ids) }} as cluster

    from nearest

)

select
    cluster,
    count(*) as customers,
    coalesce(cast(sum({{ warehouse_segmentation.exact('d_first') }}) as double), 0) as inertia
    {%- for position in positions %},
    coalesce(cast(sum({{ warehouse_segmentation.exact('x_' ~ position) }}) as double) / nullif(count({{ warehouse_segmentation.exact('x_' ~ position) }}), 0), 0) as mean_{{ position }}
    {%- endfor %}

from placed
group by cluster
order by cluster
{% endmacro %}
