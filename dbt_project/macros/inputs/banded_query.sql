{#- The input's rows under their canonical names, with the parts of every band beside them. -#}
{% macro banded_query(input) %}
  {%- set bands = warehouse_segmentation.input_bands(input) -%}
  {%- if not bands -%}
    {{- return(warehouse_segmentation.mapped_query(input)) -}}
  {%- endif -%}
  {%- set parts = [] -%}
  {%- for name in bands -%}{%- do parts.append(warehouse_segmentation.band_parts(name)) -%}{%- endfor -%}
  select
        mapped.*,
        {{ parts | join(',\n        ') }}
  from (
    {{ warehouse_segmentation.mapped_query(input) }}
  ) as mapped
{% endmacro %}
