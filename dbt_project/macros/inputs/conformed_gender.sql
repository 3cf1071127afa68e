{#- The usual spellings of a gender as female or male, 'prefer not to say' and its like as NULL, anything
    else in lower case as it is. -#}
{% macro conformed_gender(expression) %}
  {%- set text = 'lower(trim(cast(' ~ expression ~ ' as string)))' -%}
  {%- set sql -%}
    case
      when {{ text }} in ('f', 'female', 'w', 'woman', 'women', 'girl', 'weiblich', 'frau', 'femme', 'mujer', 'mrs', 'ms') then 'female'
      when {{ text }} in ('m', 'male', 'man', 'men', 'boy', 'maennlich', 'männlich', 'mann', 'homme', 'hombre', 'mr') then 'male'
      when {{ text }} in ('', '-', '?', 'u', 'na', 'n/a', 'nan', 'none', 'null', 'unknown', 'unspecified', 'not specified',
                          'not stated', 'prefer not to say', 'undisclosed') then null
      else {{ text }}
    end
  {%- endset -%}
  {{- return(sql) -}}
{% endmacro %}
