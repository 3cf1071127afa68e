{#- True when a relation is known not to exist. A relation written as SQL (a file, a subquery, a name
    in another form) is left to the engine. -#}
{% macro relation_is_missing(relation) %}
  {%- if relation is string -%}
    {%- set parts = relation.split('.') -%}
    {%- for part in parts -%}
      {%- if not modules.re.match('^[A-Za-z_][A-Za-z0-9_]*$', part) -%}{{- return(false) -}}{%- endif -%}
    {%- endfor -%}
    {%- if parts | length == 1 -%}{{- return(false) -}}{%- endif -%}
    {%- set database = parts[-3] if parts | length > 2 else target.database -%}
    {{- return(adapter.get_relation(database=database, schema=parts[-2], identifier=parts[-1]) is none) -}}
  {%- endif -%}
  {{- return(load_relation(relation) is none) -}}
{% endmacro %}
