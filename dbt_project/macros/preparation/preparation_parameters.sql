{#- One row of everything that preparing the columns needs, from rows of (position, ...): the select
    list over such rows. `columns` is a list of {position, ...}. -#}
{% macro preparation_parameters(columns) %}
  {%- set names = ['impute_value', 'lower_bound', 'upper_bound', 'mean', 'standard_deviation', 'weight', 'level'] -%}
  {%- set selected = [] -%}
  {%- for column in columns -%}
    {%- for name in names -%}
      {%- do selected.append('max(case when position = ' ~ column.position ~ ' then ' ~ name ~ ' end) as ' ~ name ~ '_' ~ column.position) -%}
    {%- endfor -%}
  {%- endfor -%}
  {{- return(selected | join(',\n        ') or 'count(*) as nothing') -}}
{% endmacro %}
