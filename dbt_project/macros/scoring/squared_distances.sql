{#- Squared distances d_<id> from the vector in the columns x_<position> to centroids in c_<id>_<position>. -#}
{% macro squared_distances(ids, columns) %}
  {%- set distances = [] -%}
  {%- for id in ids -%}
    {%- set terms = [] -%}
    {%- for column in columns -%}
      {%- set difference = '(x_' ~ column.position ~ ' - c_' ~ id ~ '_' ~ column.position ~ ')' -%}
      {%- do terms.append(difference ~ ' * ' ~ difference) -%}
    {%- endfor -%}
    {%- do distances.append(terms | join(' + ') ~ ' as d_' ~ id) -%}
  {%- endfor -%}
  {{- return(distances | join(',\n            ')) -}}
{% endmacro %}
