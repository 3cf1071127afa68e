{#- Fails with one sentence when a mapping names a column that does not exist. Expressions are left to the
    engine. -#}
{% macro check_columns_exist(expressions, relation, variable) %}
  {%- set present = warehouse_segmentation.query_columns('select * from ' ~ relation) | map(attribute='name') | list -%}
  {%- set lowered = present | map('lower') | list -%}
  {%- for name, expression in expressions.items() -%}
    {%- set named = warehouse_segmentation.column_name(expression) -%}
    {%- if named and named | lower not in lowered and expression | string | trim | lower not in lowered -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, relation ~ " has no column '" ~ named ~ "'; it has " ~ present | join(', ')) -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}
