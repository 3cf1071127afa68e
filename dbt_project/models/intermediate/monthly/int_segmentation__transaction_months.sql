{#- Written last: what it says of the months is true of all monthly tables, or a build was broken off
    and the next one reads from the same month again. -#}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__order_days') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__customer_products') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__customer_categories') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__product_names') }}
-- depends_on: {{ ref('warehouse_segmentation', 'int_segmentation__rejected_lines') }}
{%- set replaced_from = warehouse_segmentation.replaced_from() -%}
{%- set settings = warehouse_segmentation.monthly_settings() if execute -%}
{{- warehouse_segmentation.check_months(replaced_from) -}}
{%- set lines = ref('warehouse_segmentation', 'int_segmentation__order_lines') %}

with

counted as (

    select
        'reason' as counted,
        coalesce(reason, 'used') as value,
        count(*) as lines,
        order_month

    from {{ lines }}
    group by
        reason,
        order_month

    {%- for column in ['value_reason', 'product_category', 'channel'] %}

    union all

    select
        '{{ column }}',
        {{ column }},
        count(*),
        order_month

    from {{ lines }}
    where reason is null
        and {{ column }} is not null
    group by
        {{ column }},
        order_month
    {%- endfor %}

),

months as (

    select * from counted
    {{ warehouse_segmentation.emptied_months('counted', ['counted', 'value', 'lines'], replaced_from) }}

)

select
    cast(months.counted as string) as counted,
    cast(months.value as string) as value,
    cast(coalesce(months.lines, 0) as bigint) as lines,
    cast('{{ settings }}' as string) as settings,
    as_of.as_of_date,
    timestamp '{{ run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}' as built_at,
    months.order_month

from months
cross join {{ ref('warehouse_segmentation', 'int_segmentation__as_of_date') }} as as_of
