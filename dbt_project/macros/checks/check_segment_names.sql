{#- Fails with one sentence when the relation of people's own segment names cannot be used. -#}
{% macro check_segment_names() %}
  {%- set config = var('segment_names', none) -%}
  {%- if execute and config is not none -%}
    {%- set relation = warehouse_segmentation.relation_of(config, 'segment_names') -%}
    {%- for key in config if key not in ['ref', 'source', 'relation'] -%}
      {%- do warehouse_segmentation.fail('segment_names.' ~ key, 'is not known here; use ref, source or relation') -%}
    {%- endfor -%}
    {%- if not warehouse_segmentation.relation_is_missing(relation) -%}
      {%- set present = warehouse_segmentation.query_columns('select * from ' ~ relation) | map(attribute='name') | map('lower') | list -%}
      {%- for name in ['segmentation', 'segment_id', 'segment_name'] if name not in present -%}
        {%- do warehouse_segmentation.fail('segment_names', relation ~ " has no column '" ~ name ~ "'; it has " ~ present | join(', ')) -%}
      {%- endfor -%}
      {%- do warehouse_segmentation.check_named_segments(relation) -%}
    {%- elif 'ref' not in config -%}
      {%- do warehouse_segmentation.fail('segment_names', 'the relation ' ~ relation ~ ' does not exist; load it or correct the variable') -%}
    {%- endif -%}
  {%- endif -%}
{% endmacro %}
