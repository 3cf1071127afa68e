{#- Fails with one sentence when the relation of a project's own playbook cannot be used. -#}
{% macro check_playbook() %}
  {%- set config = var('segment_playbook', none) -%}
  {%- if execute and config is not none -%}
    {%- set relation = warehouse_segmentation.relation_of(config, 'segment_playbook') -%}
    {%- for key in config if key not in ['ref', 'source', 'relation'] -%}
      {%- do warehouse_segmentation.fail('segment_playbook.' ~ key, 'is not known here; use ref, source or relation') -%}
    {%- endfor -%}
    {%- if warehouse_segmentation.relation_exists(relation, config, 'segment_playbook') -%}
      {%- set bounds = [] -%}
      {%- for measure in warehouse_segmentation.playbook_measures() -%}{%- do bounds.extend([measure ~ '_min', measure ~ '_max']) -%}{%- endfor -%}
      {%- set types = {} -%}
      {%- for column in warehouse_segmentation.query_columns('select * from ' ~ relation) -%}{%- do types.update({column.name | lower: column.type}) -%}{%- endfor -%}
      {%- for name in ['archetype', 'strategy'] if name not in types -%}
        {%- do warehouse_segmentation.fail('segment_playbook', relation ~ " has no column '" ~ name ~ "'; it has " ~ types.keys() | join(', ')) -%}
      {%- endfor -%}
      {%- if bounds | select('in', types) | list | length == 0 -%}
        {%- do warehouse_segmentation.fail('segment_playbook', relation ~ ' has no column that bounds a measure, such as recency_min; there are ' ~ bounds | join(', ')) -%}
      {%- endif -%}
      {%- for name in ['position'] + bounds if name in types and warehouse_segmentation.type_family(types[name]) != 'number' -%}
        {%- do warehouse_segmentation.fail('segment_playbook', "column '" ~ name ~ "' of " ~ relation ~ ' must be a number, but is of type ' ~ types[name]) -%}
      {%- endfor -%}
      {%- do warehouse_segmentation.check_playbook_rows(relation) -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}
