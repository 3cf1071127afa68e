{{ warehouse_segmentation.check_rfm_rules() }}

with

rules as (

    {{ warehouse_segmentation.rfm_rule_query() | indent(4) }}

)

select
    cast(priority as int) as priority,
    cast(rfm_segment as string) as rfm_segment,
    {%- for score in warehouse_segmentation.rfm_bounds() %}
    cast({{ score }}_min as int) as {{ score }}_min,
    cast({{ score }}_max as int) as {{ score }}_max,
    {%- endfor %}
    cast(description as string) as description,
    cast(advice as string) as advice

from rules
