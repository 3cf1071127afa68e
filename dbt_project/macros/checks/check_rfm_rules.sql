{#- Fails with one sentence when the relation of a project's own RFM groups cannot be used. -#}
{% macro check_rfm_rules() %}
  {%- set config = var('rfm_rules', none) -%}
  {%- if execute and config is not none -%}
    {%- set relation = warehouse_segmentation.relation_of(config, 'rfm_rules') -%}
    {%- for key in config if key not in ['ref', 'source', 'relation'] -%}
      {%- do warehouse_segmentation.fail('rfm_rules.' ~ key, 'is not known here; use ref, source or relation') -%}
    {%- endfor -%}
    {%- if warehouse_segmentation.relation_exists(relation, config, 'rfm_rules') -%}
      {%- set bounds = [] -%}
      {%- for score in warehouse_segmentation.rfm_bounds() -%}{%- do bounds.extend([score ~ '_min', score ~ '_max']) -%}{%- endfor -%}
      {%- set types = {} -%}
      {%- for column in warehouse_segmentation.query_columns('select * from ' ~ relation) -%}{%- do types.update({column.name | lower: column.type}) -%}{%- endfor -%}
      {%- for name in ['priority', 'rfm_segment'] if name not in types -%}
        {%- do warehouse_segmentation.fail('rfm_rules', relation ~ " has no column '" ~ name ~ "'; it has " ~ types.keys() | join(', ')) -%}
      {%- endfor -%}
      {%- if bounds | select('in', types) | list | length == 0 -%}
        {%- do warehouse_segmentation.fail('rfm_rules', relation ~ ' has no column that bounds a score, such as recency_min; there are ' ~ bounds | join(', ')) -%}
      {%- endif -%}
      {%- for name in ['priority'] + bounds if name in types and warehouse_segmentation.type_family(types[name]) != 'number' -%}
        {%- do warehouse_segmentation.fail('rfm_rules', "column '" ~ name ~ "' of " ~ relation ~ ' must be a number, but is of type ' ~ types[name]) -%}
      {%- endfor -%}
      {%- do warehouse_segmentation.check_rfm_rows(relation) -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}
