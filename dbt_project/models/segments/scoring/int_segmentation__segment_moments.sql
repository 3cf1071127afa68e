{#- One pass over the customers of each model sums all its prepared columns side by side; the small result is turned
    into rows, and everything after that is plain SQL. -#}
{%- set models = warehouse_segmentation.active_models() -%}
{%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}
{%- set scores = ref('warehouse_segmentation', 'int_segmentation__scores') -%}
{%- set features = ref('warehouse_segmentation', 'int_segmentation__model_features') -%}
{%- set scored = [] -%}
{%- for spec in warehouse_segmentation.segmentation_specs() if spec.name in models -%}
  {%- do scored.append({'segmentation': spec.name, 'model': models[spec.name]}) -%}
{%- endfor -%}
-- depends_on: {{ ref('warehouse_segmentation', 'segment_models') }}

with

{% for one in scored -%}
{%- set columns = one.model.columns -%}
{%- set positions = columns | map(attribute='position') | list -%}
{%- set numeric = columns | selectattr('kind', 'equalto', 'numeric') | map(attribute='position') | list -%}
parameters_{{ loop.index }} as (

    select
        {{ warehouse_segmentation.preparation_parameters(columns) }}

    from {{ features }}
    where model_id = '{{ one.model.model_id }}'

),

prepared_{{ loop.index }} as (

    select
        scores.segment_id
        {%- for column in columns %},
        {%- if column.kind == 'numeric' %}
        {{ warehouse_segmentation.feature_value(column.feature, 'numeric', 'customers.') }} as value_{{ column.position }},
        {%- endif %}
        {{ warehouse_segmentation.prepared_column(column, columns) }} as x_{{ column.position }}
        {%- endfor %}

    from {{ customers }} as customers
    inner join {{ scores }} as scores
        on customers.customer_id = scores.customer_id
    cross join parameters_{{ loop.index }} as parameters
    where scores.segmentation = '{{ one.segmentation }}'
        and scores.segment_id > 0

),

summed_{{ loop.index }} as (

    select
        segment_id,
        count(*) as customers
        {%- for column in columns %},
        {%- set p = column.position %}
        {%- if column.kind == 'numeric' %}
        count(value_{{ p }}) as known_{{ p }},
        sum({{ warehouse_segmentation.exact('value_' ~ p) }}) as total_{{ p }},
        sum({{ warehouse_segmentation.exact('value_' ~ p ~ ' * value_' ~ p) }}) as squares_{{ p }},
        percentile_cont(0.5) within group (order by value_{{ p }}) as median_{{ p }},
        percentile_cont(0.1) within group (order by value_{{ p }}) as p10_{{ p }},
        percentile_cont(0.9) within group (order by value_{{ p }}) as p90_{{ p }},
        {%- endif %}
        sum({{ warehouse_segmentation.exact('x_' ~ p) }}) as x_{{ p }},
        sum({{ warehouse_segmentation.exact('x_' ~ p ~ ' * x_' ~ p) }}) as xx_{{ p }}
        {%- endfor %}

    from prepared_{{ loop.index }}
    group by segment_id

),

positions_{{ loop.index }} as (
{{ warehouse_segmentation.position_rows(positions) }}
),

{% endfor -%}

stacked as (

    {%- for one in scored %}
    {%- set positions = one.model.columns | map(attribute='position') | list %}
    {%- set numeric = one.model.columns | selectattr('kind', 'equalto', 'numeric') | map(attribute='position') | list %}
    select
        '{{ one.segmentation }}' as segmentation,
        '{{ one.model.model_id }}' as model_id,
        segment_id,
        position,
        customers,
        {%- for name in ['known', 'total', 'squares', 'median', 'p10', 'p90'] %}
        {{- warehouse_segmentation.of_position(name, numeric) }} as {{ name }},
        {%- endfor %}
        {{- warehouse_segmentation.of_position('x', positions) }} as x,
        {{- warehouse_segmentation.of_position('xx', positions) }} as xx
    from summed_{{ loop.index }}
    cross join positions_{{ loop.index }}
    union all
    {%- endfor %}
    select
        null as segmentation,
        null as model_id,
        null as segment_id,
        null as position,
        null as customers,
        null as known,
        null as total,
        null as squares,
        null as median,
        null as p10,
        null as p90,
        null as x,
        null as xx
    where false

)

select
    cast(segmentation as string) as segmentation,
    cast(model_id as string) as model_id,
    cast(segment_id as int) as segment_id,
    cast(position as int) as position,
    cast(customers as bigint) as customers,
    cast(known as bigint) as known_customers,
    cast(total as decimal(38, 12)) as total,
    cast(squares as decimal(38, 12)) as total_of_squares,
    cast(median as double) as median,
    cast(p10 as double) as p10,
    cast(p90 as double) as p90,
    cast(x as decimal(38, 12)) as prepared_total,
    cast(xx as decimal(38, 12)) as prepared_total_of_squares

from stacked
