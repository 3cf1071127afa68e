{#- The inverse of transformed(), for a transform that stands in a column. -#}
{% macro untransformed(expression, transform_column) %}
  {%- set sql -%}
    case {{ transform_column }}
      when 'log' then sign({{ expression }}) * (exp(abs({{ expression }})) - 1)
      when 'sqrt' then sign({{ expression }}) * {{ expression }} * {{ expression }}
      else {{ expression }}
    end
  {%- endset -%}
  {{- return(sql) -}}
{% endmacro %}
