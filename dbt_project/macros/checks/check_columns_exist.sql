{#- Fails with one sentence when a plain column that a mapping names is not there. What is more than a
    column's name is left to the engine. -#}
{% macro check_columns_exist(expressions, relation, variable) %}
  {%- set present = warehouse_segmentation.query_columns('select * from ' ~ relation) | map(attribute='name') | list -%}
  {%- set lowered = present | map('lower') | list -%}
  {%- for name, expression in expressions.items() -%}
    {%- set bare = expression | trim -%}
    {%- if bare[:1] in ['"', '`'] and bare[1:-1] | length and bare[-1:] == bare[:1] and bare[:1] not in bare[1:-1] -%}
      {%- set bare = bare[1:-1] -%}
      {%- set plain = true -%}
    {%- else -%}
      {%- set plain = modules.re.match('^[A-Za-z_][A-Za-z0-9_]*$', bare) and bare | lower not in ['null', 'true', 'false', 'current_date', 'current_timestamp'] -%}
    {%- endif -%}
    {%- if plain and bare | lower not in lowered -%}
      {%- do warehouse_segmentation.fail(variable ~ '.columns.' ~ name, relation ~ " has no column '" ~ bare ~ "'; it has " ~ present | join(', ')) -%}
    {%- endif -%}
  {%- endfor -%}
{% endmacro %}
