{#- A number under a feature's transform: none, or a sign-preserving ln(1 + |x|) or square root. -#}
{% macro transformed(expression, transform) %}
  {%- if transform == 'none' -%}
    {{- return(expression) -}}
  {%- elif transform == 'log' -%}
    {{- return('sign(' ~ expression ~ ') * ln(1 + abs(' ~ expression ~ '))') -}}
  {%- elif transform == 'sqrt' -%}
    {{- return('sign(' ~ expression ~ ') * sqrt(abs(' ~ expression ~ '))') -}}
  {%- endif -%}
  {%- do exceptions.raise_compiler_error("warehouse_segmentation: '" ~ transform ~ "' is no transform; none, log and sqrt are.") -%}
{% endmacro %}
