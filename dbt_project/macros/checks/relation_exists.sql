{#- Whether the relation of a variable exists. Where it is needed and missing, one sentence says so. Compiling
    and documenting need no data, and a model of the host that is not built yet is no mistake while nothing runs.
    -#}
{% macro relation_exists(relation, config, variable) %}
  {%- if not warehouse_segmentation.relation_is_missing(relation) -%}
    {{- return(true) -}}
  {%- endif -%}
  {%- if flags.WHICH in ['run', 'build', 'test'] or (flags.WHICH not in ['compile', 'generate'] and 'ref' not in config) -%}
    {%- do warehouse_segmentation.fail(variable, 'the relation ' ~ relation ~ ' does not exist; load it or correct the variable') -%}
  {%- endif -%}
  {{- return(false) -}}
{% endmacro %}
