{#- The relation that a configuration names with exactly one of ref, source or relation. `ref` and
    `source` are resolved by dbt, so lineage and run order are right; `relation` is SQL as it stands. -#}
{% macro relation_of(config, variable) %}
  {%- if config is not mapping -%}
    {%- do warehouse_segmentation.fail(variable, "must be a mapping with one of 'ref', 'source' or 'relation'") -%}
    {{- return('') -}}
  {%- endif -%}
  {%- set given = [] -%}
  {%- for key in ['ref', 'source', 'relation'] if config.get(key) is not none -%}{%- do given.append(key) -%}{%- endfor -%}
  {%- if given | length != 1 -%}
    {%- do warehouse_segmentation.fail(variable, "needs exactly one of 'ref', 'source' or 'relation', found " ~ (given | join(' and ') or 'none')) -%}
    {{- return('') -}}
  {%- endif -%}
  {%- set name = config[given[0]] -%}
  {%- if given[0] == 'ref' -%}
    {%- if name is not string and (name is not sequence or name is mapping or name | length != 2) -%}
      {%- do warehouse_segmentation.fail(variable ~ '.ref', 'must be the name of a model, or [package, model]') -%}
      {{- return('') -}}
    {%- endif -%}
    {{- return(ref(name) if name is string else ref(*name)) -}}
  {%- elif given[0] == 'source' -%}
    {%- if name is string or name is not sequence or name is mapping or name | length != 2 -%}
      {%- do warehouse_segmentation.fail(variable ~ '.source', 'must be [source name, table name]') -%}
      {{- return('') -}}
    {%- endif -%}
    {{- return(source(name[0], name[1])) -}}
  {%- elif name is not string -%}
    {%- do warehouse_segmentation.fail(variable ~ '.relation', 'must be the name of a table as SQL has it, not ' ~ name) -%}
    {{- return('') -}}
  {%- endif -%}
  {{- return(name) -}}
{% endmacro %}
