{%- set measures = ['days_since_last_order', 'orders', 'net_revenue'] -%}

with

customers as (

    select * from {{ ref('warehouse_segmentation', 'customer_features') }}
    where orders > 0

),

quintiles as (

    select
        {%- for measure in measures %}
        {%- set outer_loop = loop %}
        {%- for boundary in [1, 2, 3, 4] %}
        percentile_cont({{ boundary / 5 }}) within group (order by cast({{ measure }} as double)) as {{ measure }}_{{ boundary }}
        {{- ',' if not (loop.last and outer_loop.last) }}
        {%- endfor %}
        {%- endfor %}

    from customers

),

stacked as (

    {%- for measure in measures %}
    {%- set outer_loop = loop %}
    {%- for boundary in [1, 2, 3, 4] %}
    select
        '{{ measure }}' as measure,
        {{ boundary }} as boundary,
        {{ measure }}_{{ boundary }} as cutpoint
    from quintiles
    {{ 'union all' if not (loop.last and outer_loop.last) }}
    {%- endfor %}
    {%- endfor %}

)

select
    cast(measure as string) as measure,
    cast(boundary as int) as boundary,
    cast(cutpoint as double) as cutpoint

from stacked
