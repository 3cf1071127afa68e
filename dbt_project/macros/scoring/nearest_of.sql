{#- The id whose squared distance is the smallest, d_first; of equal ones the first. -#}
{% macro nearest_of(ids) %}
  {%- set cases = [] -%}
  {%- for id in ids -%}
    {%- do cases.append('when d_' ~ id ~ ' = d_first then ' ~ id) -%}
  {%- endfor -%}
  {{- return('case ' ~ cases | join(' ') ~ ' end') -}}
{% endmacro %}
