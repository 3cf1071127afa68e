{#- The relation that a configuration names with exactly one of ref, source or relation. `ref` and
    `source` are resolved by dbt, so lineage and run order are right; `relation` is SQL as it stands. -#}
{% macro relation_of(config, variable) %}
  {%- if config is not mapping -%}
    {%- do warehouse_segmentation.fail(variable, "must be a mapping with one of 'ref', 'source' or 'relation'") -%}
    {{- return('') -}}
  {%- endif -%}
  {%- set given = ['ref', 'source', 'relation'] | select('in', config.keys() | list) | list -%}
  {%- if given | length != 1 -%}
    {%- do warehouse_segmentation.fail(variable, "needs exactly one of 'ref', 'source' or 'relation', found " ~ (given | join(' and ') or 'none')) -%}
    {{- return('') -}}
  {%- endif -%}
  {%- set name = config[given[0]] -%}
  {%- if given[0] == 'ref' -%}
    {{- return(ref(name) if name is string else ref(*name)) -}}
  {%- elif given[0] == 'source' -%}
    {%- if name is string or name | length != 2 -%}
      {%- do warehouse_segmentation.fail(variable ~ '.source', 'must be [source name, table name]') -%}
      {{- return('') -}}
    {%- endif -%}
    {{- return(source(name[0], name[1])) -}}
  {%- endif -%}
  {{- return(name) -}}
{% endmacro %}
