{#- The inverse of transformed(), for a transform that is in a column; NULL, which is tested for, where it is
    none of these. -#}
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
