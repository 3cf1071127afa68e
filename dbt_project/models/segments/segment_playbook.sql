{{ warehouse_segmentation.check_playbook() }}

with

playbook as (

    {{ warehouse_segmentation.playbook_query() | indent(4) }}

)

select
    cast(position as int) as position,
    cast(archetype as string) as archetype,
    {%- for text in warehouse_segmentation.playbook_texts() %}
    cast({{ text }} as string) as {{ text }},
    {%- endfor %}
    {%- for measure in warehouse_segmentation.playbook_measures() %}
    cast({{ measure }}_min as double) as {{ measure }}_min,
    cast({{ measure }}_max as double) as {{ measure }}_max{{ ',' if not loop.last }}
    {%- endfor %}

from playbook
