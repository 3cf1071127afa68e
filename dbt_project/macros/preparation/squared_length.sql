{#- The squared length of a vector whose coordinates are the columns `prefix` and position. -#}
{% macro squared_length(prefix, columns) %}
  {%- set terms = [] -%}
  {%- for column in columns -%}
    {%- do terms.append(prefix ~ column.position ~ ' * ' ~ prefix ~ column.position) -%}
  {%- endfor -%}
  {{- return(terms | join(' + ') or '0.0e0') -}}
{% endmacro %}
