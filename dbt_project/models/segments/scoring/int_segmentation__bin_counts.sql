{#- One pass over the customers counts all bins of a segmentation side by side; the small result is turned into rows, and
    whatever follows is plain SQL over these. -#}
{%- set models = warehouse_segmentation.drift_models() -%}
{%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}
{%- set binned = [] -%}
{%- for spec in warehouse_segmentation.segmentation_specs() if spec.name in models -%}
  {%- set bins = warehouse_segmentation.model_bins(models[spec.name]) -%}
  {%- if bins -%}{%- do binned.append({'segmentation': spec.name, 'model': models[spec.name], 'bins': bins}) -%}{%- endif -%}
{%- endfor -%}
-- depends_on: {{ ref('warehouse_segmentation', 'segment_models') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_bins') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }}

with

{% for one in binned -%}
counted_{{ loop.index }} as (

    select
        count(*) as population_customers
        {%- for bin in one.bins %},
        {%- set siblings = one.bins | selectattr('feature', 'equalto', bin.feature) | list %}
        count(case when {{ warehouse_segmentation.in_bin(bin, siblings) }} then 1 end) as customers_{{ bin.position }}
        {%- endfor %}

    from {{ customers }}
    where {{ warehouse_segmentation.in_population(one.model.population) }}

),

bins_{{ loop.index }} as (

    select
        bins.position,
        bins.feature,
        bins.bin
    from (values
        {%- for bin in one.bins %}
        ({{ bin.position }}, {{ warehouse_segmentation.text_literal(bin.feature) }}, {{ bin.bin }}){{ ',' if not loop.last }}
        {%- endfor %}
    ) as bins (position, feature, bin)

),

{% endfor -%}

stacked as (

    {%- for one in binned %}
    select
        '{{ one.segmentation }}' as segmentation,
        '{{ one.model.model_id }}' as model_id,
        feature,
        bin,
        {{- warehouse_segmentation.of_position('customers', one.bins | map(attribute='position') | list) }} as customers,
        population_customers
    from counted_{{ loop.index }}
    cross join bins_{{ loop.index }}
    union all
    {%- endfor %}
    select
        null as segmentation,
        null as model_id,
        null as feature,
        null as bin,
        null as customers,
        null as population_customers
    where false

)

select
    cast(segmentation as string) as segmentation,
    cast(model_id as string) as model_id,
    cast(feature as string) as feature,
    cast(bin as int) as bin,
    cast(customers as bigint) as customers,
    cast(population_customers as bigint) as population_customers

from stacked
