{#- A share from 0 to 1 as text in percent: '90', '12.5'. It is a macro, since '%g' is not in every dbt. -#}
{% macro in_percent(share) %}
  {%- set percent = (100 * share) | round(4) -%}
  {{- return((percent | int if percent == percent | int else percent) | string) -}}
{% endmacro %}
