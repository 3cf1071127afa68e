{#- A number under a feature's transform: none, or a sign-preserving ln(1 + |x|) or square root. -#}
{% macro transformed(expression, transform) %}
  {%- if transform == 'none' -%}
    {{- return(expression) -}}
  {%- elif transform == 'log' -%}
    {{- return('sign(' ~ expression ~ ') * ln(1 + abs(' ~ expression ~ '))') -}}
  {%- elif transform == 'sqrt' -%}
    {{- return('sign(' ~ expression ~ ') * sqrt(abs(' ~ expression ~ '))') -}}
  {%- endif -%}
  {%- do exceptions.raise_compiler_error("warehouse_segmentation: '" ~ transform ~ "' is not a transform; choose none, log or sqrt.") -%}
{% endmacro %}

{#- The inverse of transformed(), for a transform that is in a column; NULL for an unknown transform, which a test
    excludes. -#}
{% macro untransformed(expression, transform_column) %}
  {%- set sql -%}
    case {{ transform_column }}
      when 'none' then {{ expression }}
      when 'log' then sign({{ expression }}) * (exp(abs({{ expression }})) - 1)
      when 'sqrt' then sign({{ expression }}) * {{ expression }} * {{ expression }}
    end
  {%- endset -%}
  {{- return(sql) -}}
{% endmacro %}

{#- A prepared value before it was standardised and weighted: still transformed, and the share of customers for a
    level. `prefix` and `suffix` give the columns of its mean, deviation and weight. -#}
{% macro unscaled(prepared, prefix='', suffix='') %}
  {{- return(prepared ~ ' / sqrt(' ~ prefix ~ 'weight' ~ suffix ~ ') * ' ~ prefix ~ 'standard_deviation' ~ suffix
        ~ ' + ' ~ prefix ~ 'mean' ~ suffix) -}}
{% endmacro %}
