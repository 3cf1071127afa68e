{#- The structure of prepared columns as rows of a relation tell it, in order of position:
    [{position, label, feature, kind, level_kind, transform}]. Empty while the relation does not exist. -#}
{% macro prepared_structure(relation, predicate) %}
  {%- set columns = [] -%}
  {%- if execute and load_relation(relation) is not none -%}
    {%- set query -%}
      select position, label, feature, kind, level_kind, transform
      from {{ relation }}
      where {{ predicate }} and position is not null
      order by position
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
      {%- do columns.append({'position': row[0] | int, 'label': row[1], 'feature': row[2], 'kind': row[3], 'level_kind': row[4], 'transform': row[5]}) -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(columns) -}}
{% endmacro %}
