{#- Whom each short rule names, and who of them is in its segment: one pass over the customers for all rules of a
    segmentation. -#}
{%- set models = warehouse_segmentation.active_models() -%}
{%- set customers = ref('warehouse_segmentation', 'int_segmentation__customer_columns') -%}
{%- set scores = ref('warehouse_segmentation', 'int_segmentation__scores') -%}
{%- set tried = [] -%}
{%- for spec in warehouse_segmentation.segmentation_specs() if spec.name in models -%}
  {%- set rules = warehouse_segmentation.active_rules(models[spec.name]) -%}
  {%- if rules -%}{%- do tried.append({'segmentation': spec.name, 'rules': rules}) -%}{%- endif -%}
{%- endfor -%}
-- depends_on: {{ ref('warehouse_segmentation', 'segment_models') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__model_rules') }}

with

{% for one in tried -%}
{%- set segments = one.rules | map(attribute='segment_id') | list -%}
tried_{{ loop.index }} as (

    select
        customer_id
        {%- for rule in one.rules %},
        case when {{ warehouse_segmentation.in_population(rule.predicate) }} then 1 else 0 end as named_{{ rule.segment_id }}
        {%- endfor %}

    from {{ customers }}

),

counted_{{ loop.index }} as (

    select
        count(*) as customers
        {%- for segment_id in segments %},
        sum(tried.named_{{ segment_id }}) as named_{{ segment_id }},
        sum(case when scores.segment_id = {{ segment_id }} then tried.named_{{ segment_id }} else 0 end) as right_{{ segment_id }}
        {%- endfor %}

    from tried_{{ loop.index }} as tried
    inner join {{ scores }} as scores
        on tried.customer_id = scores.customer_id
    where scores.segmentation = '{{ one.segmentation }}'

),

segments_{{ loop.index }} as (
{{ warehouse_segmentation.position_rows(segments) }}
),

{% endfor -%}

stacked as (

    {%- for one in tried %}
    {%- set segments = one.rules | map(attribute='segment_id') | list %}
    select
        '{{ one.segmentation }}' as segmentation,
        position as segment_id,
        {{- warehouse_segmentation.of_position('named', segments) }} as named_customers,
        {{- warehouse_segmentation.of_position('right', segments) }} as right_customers
    from counted_{{ loop.index }}
    cross join segments_{{ loop.index }}
    union all
    {%- endfor %}
    select
        null as segmentation,
        null as segment_id,
        null as named_customers,
        null as right_customers
    where false

)

select
    cast(segmentation as string) as segmentation,
    cast(segment_id as int) as segment_id,
    cast(named_customers as bigint) as named_customers,
    cast(right_customers as bigint) as right_customers

from stacked
