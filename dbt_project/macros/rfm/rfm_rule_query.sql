{#- The rules as rows of (priority, rfm_segment, the bounds, description, advice), every bound filled in:
    those of the variable `rfm_rules`, or the usual ones. -#}
{% macro rfm_rule_query() %}
{%- set bounds = warehouse_segmentation.rfm_bounds() -%}
{%- set config = var('rfm_rules', none) -%}
{%- if config is none -%}
{%- for rule in warehouse_segmentation.rfm_rule_definitions() %}
select
    {{ loop.index }} as priority,
    {{ warehouse_segmentation.text_literal(rule.rfm_segment) }} as rfm_segment,
    {%- for score, range in bounds.items() %}
    {{ rule.get(score, range)[0] }} as {{ score }}_min,
    {{ rule.get(score, range)[1] }} as {{ score }}_max,
    {%- endfor %}
    {{ warehouse_segmentation.text_literal(rule.description) }} as description,
    {{ warehouse_segmentation.text_literal(rule.advice) }} as advice
{{ 'union all' if not loop.last }}
{%- endfor %}
{%- else -%}
{%- set relation = warehouse_segmentation.relation_of(config, 'rfm_rules') -%}
{%- set present = [] -%}
{%- if execute and not warehouse_segmentation.relation_is_missing(relation) -%}
  {%- do present.extend(warehouse_segmentation.query_columns('select * from ' ~ relation) | map(attribute='name') | map('lower')) -%}
{%- endif %}
select
    priority,
    trim(cast(rfm_segment as string)) as rfm_segment,
    {%- for score, range in bounds.items() %}
    {%- for end in ['min', 'max'] %}
    {%- set column = score ~ '_' ~ end %}
    {{ 'coalesce(' ~ column ~ ', ' ~ range[loop.index0] ~ ')' if column in present else range[loop.index0] }} as {{ column }},
    {%- endfor %}
    {%- endfor %}
    {{ 'description' if 'description' in present else 'null' }} as description,
    {{ 'advice' if 'advice' in present else 'null' }} as advice
from {{ relation }}
{%- endif -%}
{% endmacro %}
