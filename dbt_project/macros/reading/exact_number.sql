{#- A number that is to be cast to a type: floating point through its shortest text where more decimal places are
    kept than it has digits for, so that 0.1 stays 0.1 on every engine. -#}
{% macro exact_number(expression, data_type, number_type) %}
  {%- if data_type.startswith(('double', 'float', 'real')) and number_type == 'decimal(28, 10)' -%}
    {{- return('cast(' ~ expression ~ ' as string)') -}}
  {%- endif -%}
  {{- return(expression) -}}
{% endmacro %}
