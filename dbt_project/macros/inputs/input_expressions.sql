{#- The mapped columns of an input, canonical name -> SQL expression, extras last and in their order. -#}
{% macro input_expressions(input) %}
  {%- set config = warehouse_segmentation.input_config(input) -%}
  {%- set expressions = {} -%}
  {%- if config is mapping and config.get('columns') is mapping -%}
    {%- for name in warehouse_segmentation.input_definitions()[input].columns -%}
      {%- if config.columns.get(name) is not none -%}{%- do expressions.update({name: config.columns[name] | string}) -%}{%- endif -%}
    {%- endfor -%}
    {%- for name, expression in config.columns.items() -%}
      {%- if name not in expressions and expression is not none -%}{%- do expressions.update({name: expression | string}) -%}{%- endif -%}
    {%- endfor -%}
  {%- endif -%}
  {{- return(expressions) -}}
{% endmacro %}
