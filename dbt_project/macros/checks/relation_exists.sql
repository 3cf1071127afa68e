{#- Whether a variable's relation is there. Where it has to be and is not, one sentence says so: compiling
    and documenting need no data, and a model of the host that is yet to be built is no mistake when
    nothing is being run. -#}
{% macro relation_exists(relation, config, variable) %}
  {%- if not warehouse_segmentation.relation_is_missing(relation) -%}
    {{- return(true) -}}
  {%- endif -%}
  {%- if flags.WHICH in ['run', 'build', 'test'] or (flags.WHICH not in ['compile', 'generate'] and 'ref' not in config) -%}
    {%- do warehouse_segmentation.fail(variable, 'the relation ' ~ relation ~ ' does not exist; load it or correct the variable') -%}
  {%- endif -%}
  {{- return(false) -}}
{% endmacro %}
