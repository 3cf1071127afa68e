{#- The squared length of a vector whose coordinates are the columns `prefix` and position. -#}
{% macro squared_length(prefix, columns) %}
  {%- set terms = [] -%}
  {%- for column in columns -%}
    {%- do terms.append(prefix ~ column.position ~ ' * ' ~ prefix ~ column.position) -%}
  {%- endfor -%}
  {{- return(terms | join(' + ') or '0.0e0') -}}
{% endmacro %}

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

{#- The smallest of the squared distances; an engine's least() needs two arguments or more. -#}
{% macro smallest_of(ids) %}
  {%- if ids | length == 1 -%}
    {{- return('d_' ~ ids[0]) -}}
  {%- endif -%}
  {{- return('least(d_' ~ ids | join(', d_') ~ ')') -}}
{% endmacro %}

{#- The id with the smallest squared distance, d_first; on a tie the first. -#}
{% macro nearest_of(ids) %}
  {%- set cases = [] -%}
  {%- for id in ids -%}
    {%- do cases.append('when d_' ~ id ~ ' = d_first then ' ~ id) -%}
  {%- endfor -%}
  {{- return('case ' ~ cases | join(' ') ~ ' end') -}}
{% endmacro %}
