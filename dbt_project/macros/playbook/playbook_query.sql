{#- The playbook as rows of (position, archetype, the texts, the bounds), every bound filled in: that of
    the variable `segment_playbook`, or the usual one. -#}
{% macro playbook_query() %}
{%- set measures = warehouse_segmentation.playbook_measures() -%}
{%- set texts = warehouse_segmentation.playbook_texts() -%}
{%- set config = var('segment_playbook', none) -%}
{%- if config is none -%}
{%- for one in warehouse_segmentation.playbook_definitions() %}
select
    {{ loop.index }} as position,
    {{ warehouse_segmentation.text_literal(one.archetype) }} as archetype,
    {%- for text in texts %}
    {{ warehouse_segmentation.text_literal(one[text]) if one[text] else 'null' }} as {{ text }},
    {%- endfor %}
    {%- for measure in measures %}
    {{ one.get(measure, [0, 1])[0] }} as {{ measure }}_min,
    {{ one.get(measure, [0, 1])[1] }} as {{ measure }}_max{{ ',' if not loop.last }}
    {%- endfor %}
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- else -%}
{%- set relation = warehouse_segmentation.relation_of(config, 'segment_playbook') -%}
{%- set present = [] -%}
{%- if execute and not warehouse_segmentation.relation_is_missing(relation) -%}
  {%- do present.extend(warehouse_segmentation.query_columns('select * from ' ~ relation) | map(attribute='name') | map('lower')) -%}
{%- endif %}
select
    {{ 'position' if 'position' in present else 'row_number() over (order by archetype)' }} as position,
    trim(cast(archetype as string)) as archetype,
    {%- for text in texts %}
    {{ text if text in present else 'null' }} as {{ text }},
    {%- endfor %}
    {%- for measure in measures %}
    {{ 'coalesce(' ~ measure ~ '_min, 0)' if measure ~ '_min' in present else 0 }} as {{ measure }}_min,
    {{ 'coalesce(' ~ measure ~ '_max, 1)' if measure ~ '_max' in present else 1 }} as {{ measure }}_max{{ ',' if not loop.last }}
    {%- endfor %}
from {{ relation }}
{%- endif -%}
{% endmacro %}
