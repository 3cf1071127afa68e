{#- The sum of the squared covariances c_i_j between two lists of prepared columns. -#}
{% macro squared_covariances(positions, other_positions) %}
  {%- set terms = [] -%}
  {%- for i in positions -%}
    {%- for j in other_positions -%}
      {%- set covariance = 'c_' ~ [i, j] | min ~ '_' ~ [i, j] | max -%}
      {%- do terms.append(covariance ~ ' * ' ~ covariance) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return(terms | join(' + ')) -}}
{% endmacro %}
