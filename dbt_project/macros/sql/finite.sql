{#- A number as DOUBLE, NULL where it is infinite, not a number or cannot be read as one. -#}
{% macro finite(expression) %}
  {%- set number = 'try_cast(' ~ expression ~ ' as double)' -%}
  {{- return('case when ' ~ number ~ ' between -1.7976931348623157e308 and 1.7976931348623157e308 then ' ~ number ~ ' end') -}}
{% endmacro %}
