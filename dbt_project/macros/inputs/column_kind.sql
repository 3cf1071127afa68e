{#- What kind of values a mapped column has: id, moment, number, flag, category or text. An attribute is what its
    entry in `read` or its type makes of it; a text is a category where a segmentation asks for it. -#}
{% macro column_kind(input, name, type) %}
  {%- set canonical = warehouse_segmentation.input_definitions()[input].columns -%}
  {%- if name in canonical -%}{{- return(canonical[name]) -}}{%- endif -%}
  {%- set own_kind = warehouse_segmentation.read_kind(warehouse_segmentation.read_entry(input, name)) -%}
  {%- if own_kind -%}{{- return(own_kind) -}}{%- endif -%}
  {%- if name in warehouse_segmentation.input_bands(input) -%}{{- return('number') -}}{%- endif -%}
  {%- set family = warehouse_segmentation.type_family(type) -%}
  {%- if family in ['number', 'moment'] -%}{{- return(family) -}}{%- endif -%}
  {%- if family == 'boolean' -%}{{- return('flag') -}}{%- endif -%}
  {%- set asked = warehouse_segmentation.sampled_features(warehouse_segmentation.segmentation_specs()) -%}
  {{- return('category' if name in asked else 'text') -}}
{% endmacro %}
