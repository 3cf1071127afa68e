{#- Fails with one sentence where a relation of segment names has a name for no segment that any model ever had, or two for
    one: the first would name nothing in silence, and of the second any would do. Before the first fit nothing is known. -#}
{% macro check_named_segments(relation) %}
  {%- for row in run_query('select * from (' ~ warehouse_segmentation.wrong_segment_names(relation) ~ ') as wrong order by segmentation, segment_id').rows -%}
    {%- do warehouse_segmentation.fail('segment_names', row[2]) -%}
  {%- endfor -%}
{% endmacro %}
