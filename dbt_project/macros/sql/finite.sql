{#- A number as DOUBLE, NULL where it is infinite, not a number, cannot be read as one or lies beyond 1e18, which is
    a mistake in any unit and would count as unknown in sums (see exact). -#}
{% macro finite(expression) %}
  {%- set number = 'try_cast(' ~ expression ~ ' as double)' -%}
  {{- return('case when ' ~ number ~ ' between -1e18 and 1e18 then ' ~ number ~ ' end') -}}
{% endmacro %}
